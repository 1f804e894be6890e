package io.slipway.onnx;

import io.slipway.bundle.Finding;
import io.slipway.onnx.graph.OnnxNodes;
import io.slipway.onnx.graph.OnnxNodesReader;
import io.slipway.onnx.madeup.MadeUpInputs;
import io.slipway.pipeline.frame.Tensor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Runs a tensor model without examples on generated inputs: tries the plans of [MadeUpInputs]
/// until one fits, for a limited time. That none fits is no fault of the model: an input may need
/// values that only its author knows.
final class GeneratedCheck {
  /// The code of the remark that no run has shown that the model works.
  static final String UNTRIED = "untried";

  /// The code of the remark that generated inputs were skipped, as they took too much.
  static final String SKIPPED = "inputs_skipped";

  /// The number of the first generated input.
  static final int FIRST_INPUT = 1;

  /// No generated input is tried.
  static final int NO_INPUT = 0;

  /// The prefix of the line with the number of the input that is tried next.
  static final String INPUT = "input ";

  /// The line after the model's first answer, which may be a failure.
  static final String ANSWERED = "answered";

  /// The code of the remark that the first dimension is declared free but is not.
  static final String BATCH_FAILS = "batch_fails";

  /// The time limit, for one of several trials of the same model.
  private static final long MOST_NANOS = Duration.ofSeconds(5).toNanos();

  private static final int MOST_TO_WARM = 8;
  private static final int MOST_WITH_ROWS = 20;
  private static final Logger LOG = Logger.getLogger(GeneratedCheck.class);

  /// @param findings why the model cannot serve; empty where it can
  /// @param remarks observations that do not prevent serving
  /// @param inputs on which it ran; null where there are none
  record Result(
      List<Finding> findings, List<Finding> remarks, @Nullable Map<String, Tensor> inputs) {}

  private final BundleModel model;
  private final String file;
  private final MadeUpInputs madeUp;
  private final int from;
  private final Consumer<String> tell;
  private final long begun = System.nanoTime();
  private int tried;

  /// The reason why the last attempt failed.
  private String failure = "";

  private GeneratedCheck(
      BundleModel model, String file, OnnxNodes nodes, int from, Consumer<String> tell) {
    this.model = model;
    this.file = file;
    this.madeUp = new MadeUpInputs(nodes, model.signature().inputs());
    this.from = from;
    this.tell = tell;
  }

  /// @param file the name of the model's file, for findings
  /// @param path of that file
  /// @param from the number of the first input to try
  /// @param tell receives the line [#INPUT] before each input, and [#ANSWERED]
  static Result run(BundleModel model, String file, Path path, int from, Consumer<String> tell) {
    return new GeneratedCheck(model, file, OnnxNodesReader.read(file, path), from, tell).run();
  }

  /// Warms the model up: runs it on the first of the most likely inputs that fits, if any.
  static void warm(BundleModel model, String file, Path path) {
    MadeUpInputs madeUp =
        new MadeUpInputs(OnnxNodesReader.read(file, path), model.signature().inputs());
    Iterator<MadeUpInputs.Plan> plans = madeUp.plans();
    for (int i = 0; i < MOST_TO_WARM && plans.hasNext(); i++) {
      Map<String, Tensor> inputs = madeUp.tensors(plans.next());
      if (inputs != null) {
        try {
          model.run(inputs);
          return;
        } catch (ModelFailure.Failed | ModelFailure.OutOfMemory | ModelFailure.TooLong e) {
          // The model is served without a warm-up.
          LOG.debugf("%s on generated inputs: %s", file, e.getMessage());
        }
      }
    }
  }

  /// The remark that no more inputs were tried, because of how the process ended on them.
  ///
  /// @param what the process did, as a verb phrase
  static Finding notSurvived(String file, String what) {
    return new Finding(
        UNTRIED,
        file,
        "there is no golden example, and the process that tried the model "
            + what
            + " on inputs generated from the graph's declarations; one golden example proves the"
            + " model");
  }

  /// The remark that some inputs were skipped.
  ///
  /// @param what as in [#notSurvived]
  static Finding skipped(String file, int count, String what) {
    return new Finding(
        SKIPPED,
        file,
        count
            + (count == 1 ? " input" : " inputs")
            + " generated from the graph's declarations "
            + (count == 1 ? "was" : "were")
            + " skipped: the process that tried the model "
            + what);
  }

  private Result run() {
    Iterator<MadeUpInputs.Plan> plans = madeUp.plans();
    String first = "";
    int number = 0;
    while (plans.hasNext() && !late()) {
      MadeUpInputs.Plan plan = plans.next();
      Map<String, Tensor> inputs = madeUp.tensors(plan);
      if (inputs == null || ++number < from) {
        continue;
      }
      try {
        tried++;
        tell.accept(INPUT + number);
        model.run(inputs);
        tell.accept(ANSWERED);
        return new Result(List.of(), withRows(plan), inputs);
      } catch (ModelFailure.OutOfMemory | ModelFailure.TooLong e) {
        tell.accept(ANSWERED);
        // The smallest inputs are tried first, so their size cannot be the reason.
        if (number == FIRST_INPUT) {
          return new Result(List.of(fails(e)), List.of(), null);
        }
      } catch (ModelFailure.Failed e) {
        if (first.isEmpty()) {
          tell.accept(ANSWERED);
        }
        failure = String.valueOf(e.getMessage());
        first = first.isEmpty() ? failure : first;
      }
    }
    return new Result(List.of(), List.of(untried(first)), null);
  }

  private boolean late() {
    return System.nanoTime() - begun > MOST_NANOS;
  }

  private Finding fails(ModelFailure e) {
    return new Finding(
        "model_fails", file, "the model fails on inputs as it declares them: " + e.getMessage());
  }

  private Finding untried(String failure) {
    return new Finding(
        UNTRIED,
        file,
        "there is no golden example, and none of "
            + tried
            + " inputs generated from the graph's declarations fits; one golden example"
            + " proves the model. The first one gave: "
            + failure);
  }

  /// Whether a plan that works with one row works with two, too, as the graph declares.
  private List<Finding> withRows(MadeUpInputs.Plan found) {
    if (!madeUp.hasFreeRows()) {
      return List.of();
    }
    Iterator<MadeUpInputs.Plan> plans = madeUp.withRows(found, 2);
    for (int i = 0; i < MOST_WITH_ROWS && plans.hasNext() && !late(); i++) {
      Map<String, Tensor> inputs = madeUp.tensors(plans.next());
      if (inputs == null) {
        continue;
      }
      try {
        model.run(inputs);
        return List.of();
      } catch (ModelFailure.OutOfMemory | ModelFailure.TooLong e) {
        return List.of();
      } catch (ModelFailure.Failed e) {
        failure = i == 0 ? String.valueOf(e.getMessage()) : failure;
      }
    }
    return List.of(
        new Finding(
            BATCH_FAILS,
            file,
            "the model declares a free first dimension, but on generated inputs it"
                + " fails where that is 2: "
                + failure));
  }
}
