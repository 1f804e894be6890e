package io.slipway.console;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Latency, request rate and errors of this replica over the last hour.
///
/// @param model the selected model; null for all
/// @param models the models to choose from
/// @param span the time that the charts cover, such as `60 min`
public record LatencyPage(
    @Nullable String model,
    List<String> models,
    String span,
    List<Chart> charts,
    List<Row> rows,
    List<Violation> violations) {

  /// One version in the window.
  ///
  /// @param number 0 for requests that were refused before a version was chosen
  public record Row(
      String model,
      int number,
      long requests,
      double p50,
      double p95,
      double p99,
      long refused,
      long failed,
      List<Phase> phases) {

    /// The phases of a call as adjacent segments of a bar that is 100 wide.
    static List<Phase> phases(Tick tick) {
      double all = 0;
      for (int i = 0; i < Tick.PHASES.length; i++) {
        all += tick.phases()[i];
      }
      List<Phase> phases = new ArrayList<>();
      double x = 0;
      for (int i = 0; i < Tick.PHASES.length; i++) {
        double width = all == 0 ? 0 : 100 * tick.phases()[i] / all;
        phases.add(new Phase(Tick.PHASES[i], "c" + i, x, width, tick.mean(i)));
        x += width;
      }
      return phases;
    }

    static Row of(String model, int number, Tick tick) {
      return new Row(
          model,
          number,
          tick.requests(),
          tick.quantile(0.5),
          tick.quantile(0.95),
          tick.quantile(0.99),
          tick.refused(),
          tick.failed(),
          phases(tick));
    }
  }

  /// @param colour a class of the style sheet
  /// @param x where its segment of the bar begins
  /// @param mean time per call, in seconds
  public record Phase(String name, String colour, double x, double width, double mean) {}

  /// A violated rule of an input schema, with its count since this process started.
  public record Violation(String model, String version, String field, String rule, long count) {}

  /// A chart: several lines over the same time.
  ///
  /// @param top the label of the upper edge
  public record Chart(String title, String top, String summary, List<Series> series) {}

  /// @param colour a class of the style sheet
  /// @param path the data of an SVG path
  public record Series(String name, String colour, String path, String now) {}

  public boolean quiet() {
    return rows.isEmpty();
  }

  /// Names of phases with their colours.
  public List<Phase> legend() {
    return Row.phases(Tick.NOTHING);
  }
}
