package io.slipway.console;

import java.util.ArrayList;
import java.util.List;

/// Traffic in a window: a few figures and a sparkline.
///
/// @param requests in the window
/// @param perSecond requests per second over the last minute
/// @param p99 latency of answered calls, in seconds; NaN without any
/// @param failures the share of requests that ended in a server-side error; NaN without requests
/// @param line the requests per minute as SVG path data
public record Traffic(
    long requests, double perSecond, double p99, double failures, String line, String area) {
  /// The number of points in the sparkline.
  private static final int POINTS = 30;

  /// @param ticks of the window, oldest first
  /// @param seconds the length of one tick
  static Traffic of(List<Tick> ticks, double seconds) {
    Tick all = ticks.stream().reduce(Tick.NOTHING, Tick::plus);
    int lastMinute = Math.min(ticks.size(), Math.max(1, (int) Math.round(60 / seconds)));
    long last =
        ticks.subList(ticks.size() - lastMinute, ticks.size()).stream()
            .mapToLong(Tick::requests)
            .sum();
    List<Double> points = points(ticks);
    double most = points.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    return new Traffic(
        all.requests(),
        last / (lastMinute * seconds),
        all.quantile(0.99),
        all.failures(),
        Line.path(points, most),
        Line.area(points, most));
  }

  private static List<Double> points(List<Tick> ticks) {
    int together = Math.max(1, ticks.size() / POINTS);
    List<Double> points = new ArrayList<>();
    for (int i = 0; i + together <= ticks.size(); i += together) {
      points.add((double) ticks.subList(i, i + together).stream().mapToLong(Tick::requests).sum());
    }
    return points;
  }

  /// Whether any request ended in a server-side error.
  public boolean failing() {
    return failures > 0;
  }
}
