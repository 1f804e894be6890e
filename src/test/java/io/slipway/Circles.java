package io.slipway;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The circles of a graph: its strongly connected components of more than one node, by Tarjan.
public final class Circles {
  private final Map<String, Set<String>> uses;
  private final Map<String, Integer> index = new HashMap<>();
  private final Map<String, Integer> low = new HashMap<>();
  private final Deque<String> stack = new ArrayDeque<>();
  private final Set<String> stacked = new HashSet<>();
  private final Set<Set<String>> found = new HashSet<>();

  private Circles(Map<String, Set<String>> uses) {
    this.uses = uses;
  }

  /// @param uses what each node uses
  public static Set<Set<String>> of(Map<String, Set<String>> uses) {
    Circles circles = new Circles(new TreeMap<>(uses));
    for (String node : circles.uses.keySet()) {
      if (!circles.index.containsKey(node)) {
        circles.visit(node);
      }
    }
    return circles.found;
  }

  private void visit(String node) {
    int number = index.size();
    index.put(node, number);
    low.put(node, number);
    stack.push(node);
    stacked.add(node);
    for (String used : uses.getOrDefault(node, Set.of())) {
      if (!index.containsKey(used)) {
        visit(used);
        low.merge(node, low.get(used), Math::min);
      } else if (stacked.contains(used)) {
        low.merge(node, index.get(used), Math::min);
      }
    }
    if (low.get(node).equals(index.get(node))) {
      Set<String> circle = new TreeSet<>();
      String last;
      do {
        last = stack.pop();
        stacked.remove(last);
        circle.add(last);
      } while (!last.equals(node));
      if (circle.size() > 1) {
        found.add(circle);
      }
    }
  }
}
