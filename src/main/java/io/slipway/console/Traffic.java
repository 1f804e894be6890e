package io.slipway.console;

import java.util.ArrayList;
import java.util.List;

/// What was served in a window, in a few numbers and a small line.
///
/// @param requests in the window
/// @param perSecond requests, over the last minute
/// @param p99 of answered calls, in seconds; NaN without any
/// @param failures the share that failed, not by the caller's fault; NaN without requests
/// @param line the requests of each minute as the data of an SVG path
public record Traffic(
    long requests, double perSecond, double p99, double failures, String line, String area) {
  /// Points of the line.
  private static final int POINTS = 30;

  /// @param ticks of the window, oldest first
  /// @param seconds of one tick
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

  /// Whether any request failed, not by the caller's fault.
  public boolean failing() {
    return failures > 0;
  }
}
