package io.slipway.console;

import java.util.List;
import java.util.Locale;

/// A line of a chart as SVG path data, in a box of 100 by 100 that the page stretches.
final class Line {
  private Line() {}

  /// The path through `values` from left to right, with `most` at the top; NaN is a gap.
  static String path(List<Double> values, double most) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (int i = 0; i < values.size(); i++) {
      double value = values.get(i);
      if (Double.isNaN(value)) {
        pen = false;
        continue;
      }
      path.append(pen ? 'L' : 'M').append(point(i, values.size(), value, most));
      if (!pen && (i + 1 == values.size() || Double.isNaN(values.get(i + 1)))) {
        // A single point becomes a very short line: its round caps make it visible.
        path.append("h0.01");
      }
      pen = true;
    }
    return path.toString();
  }

  /// The area below the line of [#path], for values without gaps.
  static String area(List<Double> values, double most) {
    return path(values, most) + "L100,100L0,100Z";
  }

  private static String point(int i, int count, double value, double most) {
    double x = count == 1 ? 0 : 100.0 * i / (count - 1);
    double y = most == 0 ? 100 : 100 - 100 * Math.min(value, most) / most;
    return number(x) + "," + number(y);
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
