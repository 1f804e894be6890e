package io.slipway.console;

import io.slipway.console.LatencyPage.Chart;
import io.slipway.console.LatencyPage.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/// Charts of latency and traffic, made from ticks.
final class Charts {
  /// The number of points in a line; ticks are merged where there are more.
  private static final int POINTS = 120;

  private Charts() {}

  /// @param seconds the length of one tick
  static List<Chart> of(List<Tick> ticks, double seconds) {
    int together = Math.max(1, ticks.size() / POINTS);
    List<Tick> points = new ArrayList<>();
    for (int i = 0; i + together <= ticks.size(); i += together) {
      points.add(ticks.subList(i, i + together).stream().reduce(Tick.NOTHING, Tick::plus));
    }
    double span = together * seconds;
    return List.of(
        chart(
            "Latency of successful requests",
            points,
            Words::span,
            List.of(
                new Wanted("p99", "c4", tick -> tick.quantile(0.99)),
                new Wanted("p50", "c2", tick -> tick.quantile(0.5)))),
        chart(
            "Requests per second",
            points,
            Words::rate,
            List.of(
                new Wanted("answered", "c3", tick -> tick.ok() / span),
                new Wanted("refused", "c1", tick -> tick.refused() / span),
                new Wanted("failed", "c6", tick -> tick.failed() / span))));
  }

  private record Wanted(String name, String colour, ToDoubleFunction<Tick> value) {}

  private static Chart chart(
      String title, List<Tick> points, DoubleFunction<String> written, List<Wanted> wanted) {
    double most = 0;
    for (Wanted line : wanted) {
      for (Tick point : points) {
        double value = line.value().applyAsDouble(point);
        most = Double.isNaN(value) ? most : Math.max(most, value);
      }
    }
    List<Series> series = new ArrayList<>();
    StringBuilder summary = new StringBuilder(title);
    for (Wanted line : wanted) {
      List<Double> values =
          points.stream().map(point -> line.value().applyAsDouble(point)).toList();
      String now = written.apply(last(values));
      series.add(new Series(line.name(), line.colour(), Line.path(values, most), now));
      summary.append(", ").append(line.name()).append(' ').append(now);
    }
    return new Chart(title, written.apply(most), summary.toString(), series);
  }

  /// The last value that is not NaN; NaN where there is none.
  private static double last(List<Double> values) {
    for (int i = values.size() - 1; i >= 0; i--) {
      if (!Double.isNaN(values.get(i))) {
        return values.get(i);
      }
    }
    return Double.NaN;
  }
}
