package io.slipway.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// A text table with aligned columns.
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... titles) {
    row((Object[]) titles);
  }

  Table row(Object... cells) {
    rows.add(java.util.Arrays.stream(cells).map(String::valueOf).map(Shown::line).toList());
    return this;
  }

  void print(PrintWriter out) {
    int columns = rows.getFirst().size();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        int column = i;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
        String cell = row.get(i);
        line.append(cell).repeat(' ', i + 1 < columns ? width - cell.length() + 2 : 0);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
