package io.slipway.console;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How fast, how often and how well this replica answers, over the last hour.
///
/// @param model that was chosen; null for all
/// @param models that can be chosen
/// @param span how long the charts reach back, such as `60 min`
public record LatencyPage(
    @Nullable String model,
    List<String> models,
    String span,
    List<Chart> charts,
    List<Row> rows,
    List<Violation> violations) {

  /// One version in the window.
  ///
  /// @param number 0 for requests that found no version
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

    /// The shares of the phases lie side by side in a bar of 100.
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
  /// @param x where its bar begins
  /// @param mean of one call, in seconds
  public record Phase(String name, String colour, double x, double width, double mean) {}

  /// A broken rule of an input schema, counted since this process began.
  public record Violation(String model, String version, String field, String rule, long count) {}

  /// Lines over the same time.
  ///
  /// @param top what the upper edge stands for
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
