package io.slipway.journey;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What clients have seen of one stage, and whether some order of single steps explains it
/// (linearizability, Herlihy and Wing 1990). The registry numbers its steps, so the order need not
/// be searched for: it has to be the one of the revisions, and that must fit what clients know of
/// time, of contents and of expectations.
///
/// The model has no other change than moves of this stage, so the revision counts them.
final class StageHistory {
  /// A client's call and what it learnt; times by the one clock of the test.
  sealed interface Call {
    long start();

    long end();
  }

  /// A move that was acknowledged.
  ///
  /// @param expected of `If-Match`; null without one
  /// @param previous the version that it has replaced; null where there was none
  record Moved(
      long start,
      long end,
      @Nullable Long expected,
      long revision,
      int version,
      @Nullable Integer previous)
      implements Call {}

  /// A move whose answer never came: it may have happened, then or later.
  ///
  /// @param version null where it was a rollback
  record Unknown(long start, @Nullable Integer version) implements Call {
    @Override
    public long end() {
      return Long.MAX_VALUE;
    }
  }

  /// The state as the registry told it.
  record Seen(long start, long end, long revision, int version) implements Call {}

  /// A prediction: the version that has answered.
  record Served(long start, long end, int version) implements Call {}

  private final List<Call> calls = new ArrayList<>();

  synchronized void add(Call call) {
    calls.add(call);
  }

  synchronized int size() {
    return calls.size();
  }

  /// Everything that no order explains, in words; empty where the history is linearizable.
  synchronized List<String> faults() {
    List<String> faults = new ArrayList<>();
    TreeMap<Long, Integer> versions = new TreeMap<>();
    Map<Long, Moved> moves = new HashMap<>();
    for (Call call : calls) {
      switch (call) {
        case Moved moved -> {
          if (moves.put(moved.revision(), moved) != null) {
            faults.add("two moves made revision " + moved.revision());
          }
          if (moved.expected() != null && moved.expected() + 1 != moved.revision()) {
            faults.add(moved + " was decided on another revision");
          }
          state(versions, moved.revision(), moved.version(), faults);
        }
        case Seen seen -> state(versions, seen.revision(), seen.version(), faults);
        case Unknown _, Served _ -> {}
      }
    }
    chain(versions, moves, faults);
    realTime(faults);
    unexplained(versions, moves, faults);
    served(versions, moves, faults);
    return faults;
  }

  private static void state(
      Map<Long, Integer> versions, long revision, int version, List<String> faults) {
    Integer other = versions.putIfAbsent(revision, version);
    if (other != null && other != version) {
      faults.add("revision " + revision + " was version " + other + " and version " + version);
    }
  }

  /// Each move replaces what the step before it has left.
  private static void chain(
      Map<Long, Integer> versions, Map<Long, Moved> moves, List<String> faults) {
    for (Moved moved : moves.values()) {
      Integer before = versions.get(moved.revision() - 1);
      if (before != null && !before.equals(moved.previous())) {
        faults.add(moved + " came after version " + before);
      }
    }
  }

  /// Who begins after another has ended knows at least as much.
  private void realTime(List<String> faults) {
    record Numbered(Call call, long revision, boolean move) {}
    List<Numbered> numbered = new ArrayList<>();
    for (Call call : calls) {
      switch (call) {
        case Moved moved -> numbered.add(new Numbered(moved, moved.revision(), true));
        case Seen seen -> numbered.add(new Numbered(seen, seen.revision(), false));
        case Unknown _, Served _ -> {}
      }
    }
    List<Numbered> byEnd = new ArrayList<>(numbered);
    byEnd.sort(Comparator.comparingLong(n -> n.call().end()));
    numbered.sort(Comparator.comparingLong(n -> n.call().start()));
    int ended = 0;
    long known = -1;
    for (Numbered now : numbered) {
      while (byEnd.get(ended).call().end() < now.call().start()) {
        known = Math.max(known, byEnd.get(ended++).revision());
      }
      if (now.revision() < known || now.move() && now.revision() == known) {
        faults.add(now.call() + " began after revision " + known + " was known");
      }
    }
  }

  /// A revision that nobody was told to have made is one of a move whose answer was lost, each of
  /// which makes one.
  private void unexplained(
      TreeMap<Long, Integer> versions, Map<Long, Moved> moves, List<String> faults) {
    List<Unknown> lost = new ArrayList<>();
    for (Call call : calls) {
      if (call instanceof Unknown unknown) {
        lost.add(unknown);
      }
    }
    long last = versions.isEmpty() ? 0 : versions.lastKey();
    for (long revision = 1; revision <= last; revision++) {
      if (moves.containsKey(revision)) {
        continue;
      }
      Integer version = versions.get(revision);
      // One that names the version explains no other; a rollback, or an unseen revision, any.
      Unknown maker =
          lost.stream()
              .filter(u -> version == null || u.version() == null || u.version().equals(version))
              .max(Comparator.comparing(u -> u.version() != null))
              .orElse(null);
      if (maker == null) {
        faults.add("nobody has made revision " + revision + " (version " + version + ")");
      } else {
        lost.remove(maker);
      }
    }
  }

  /// A prediction is of a version that was there at some moment of the call.
  private void served(
      TreeMap<Long, Integer> versions, Map<Long, Moved> moves, List<String> faults) {
    for (Call call : calls) {
      if (!(call instanceof Served served)) {
        continue;
      }
      boolean possible =
          calls.stream()
              .anyMatch(
                  u ->
                      u instanceof Unknown unknown
                          && unknown.start() < served.end()
                          && (unknown.version() == null || unknown.version() == served.version()));
      for (Map.Entry<Long, Integer> state : versions.entrySet()) {
        Moved made = moves.get(state.getKey());
        Moved replaced = moves.get(state.getKey() + 1);
        possible |=
            state.getValue() == served.version()
                && (made == null || made.start() < served.end())
                && (replaced == null || replaced.end() > served.start());
      }
      if (!possible) {
        faults.add(served + " is of a version that was not in the stage then");
      }
    }
  }
}
