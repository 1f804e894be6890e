package io.slipway.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.bundle.GoldenExample;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.PredictionWriter;
import io.slipway.pipeline.UnexpectedOutput;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// Runs the golden examples of a bundle through the code that serves predictions: reading, steps,
/// model, decision, rendering. One by one; then determines whether rows may share runs
/// ([RowTrial]).
public final class GoldenCheck {

  /// @param findings one per example that differs
  /// @param examples the number of examples run
  /// @param maxDifference the largest difference between an expected and a computed number; 0
  ///       without any
  /// @param nanos the time of the fastest example, from its object to its output; 0 without any
  /// @param bytes the size of the object of the fastest example; 0 without any
  /// @param modelNanos the time of the model itself in its fastest run; 0 without any
  /// @param remarks observations that do not prevent serving
  public record Result(
      List<Finding> findings,
      int examples,
      double maxDifference,
      long nanos,
      long bytes,
      long modelNanos,
      List<Finding> remarks) {

    /// The result without examples.
    public static Result without(List<Finding> findings, List<Finding> remarks) {
      return new Result(findings, 0, 0, 0, 0, 0, remarks);
    }
  }

  /// The most findings that are reported: a wrong bundle usually fails in every example.
  private static final int MOST_FINDINGS = 100;

  private final BundleModel model;
  private final Bundle bundle;
  private final String file;
  private final List<Finding> findings = new ArrayList<>();
  private double maxDifference;
  private long nanos = Long.MAX_VALUE;
  private long bytes;
  private long modelNanos = Long.MAX_VALUE;

  private GoldenCheck(BundleModel model, Bundle bundle) {
    this.model = model;
    this.bundle = bundle;
    this.file =
        bundle.manifest().examples() == null
            ? "examples.jsonl"
            : bundle.manifest().examples().file();
  }

  /// Warms up a tensor model without examples, on the first generated inputs that fit. Not for a
  /// model that is untried.
  public static void warm(BundleModel model, Bundle bundle) {
    if (bundle.examples().isEmpty() && bundle.manifest().input() instanceof InputSchema.Tensors) {
      String file = bundle.manifest().model().file();
      GeneratedCheck.warm(model, file, bundle.path(file));
    }
  }

  /// Runs the examples of `bundle`.
  public static Result run(BundleModel model, Bundle bundle) {
    GoldenCheck check = new GoldenCheck(model, bundle);
    if (bundle.examples().isEmpty()) {
      model.sharing(RowTrial.of(model, bundle));
      return Result.without(List.of(), List.of());
    }
    for (GoldenExample example : bundle.examples()) {
      if (check.findings.size() < MOST_FINDINGS) {
        check.single(example);
      }
    }
    if (check.findings.isEmpty()) {
      model.sharing(RowTrial.of(model, bundle));
    }
    return new Result(
        List.copyOf(check.findings),
        bundle.examples().size(),
        check.maxDifference,
        check.nanos,
        check.bytes,
        check.modelNanos,
        List.of());
  }

  /// The object of `example` as columns, after the steps.
  static Frame frame(BundleModel model, Bundle bundle, GoldenExample example) {
    String raw = bundle.manifest().input() instanceof InputSchema.Record ? null : example.file();
    Frame frame;
    if (raw == null) {
      frame = model.pipeline().reader().readObject(example.object());
    } else {
      try {
        frame = model.pipeline().reader().readRaw(Files.readAllBytes(bundle.path(raw)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    model.pipeline().apply(frame);
    return frame;
  }

  /// The size of the object of `example` as a request body.
  private long bytes(GoldenExample example) {
    String raw = example.file();
    try {
      return raw == null || bundle.manifest().input() instanceof InputSchema.Record
          ? example.object().toString().length()
          : Files.size(bundle.path(raw));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void single(GoldenExample example) {
    try {
      long begun = System.nanoTime();
      Frame frame = frame(model, bundle, example);
      Phases phases = new Phases();
      Prediction prediction = model.predict(List.of(frame), phases).getFirst();
      long took = System.nanoTime() - begun;
      if (took < nanos) {
        nanos = took;
        bytes = bytes(example);
      }
      modelNanos = Math.min(modelNanos, phases.inferenceNanos());
      JsonNode output = json(prediction);
      JsonDifference difference =
          JsonDifference.between(example.output(), output, example.tolerance());
      maxDifference = Math.max(maxDifference, difference.largest());
      if (!difference.isEmpty()) {
        find("example_differs", example, difference.toString());
      }
    } catch (RefusedInput.Invalid e) {
      find("example_refused", example, "the object is refused: " + e.violations());
    } catch (RefusedInput e) {
      find("example_refused", example, "the object is refused: " + e.getMessage());
    } catch (ModelFailure | UnexpectedOutput e) {
      find("model_fails", example, "the model fails on the object: " + e.getMessage());
    }
  }

  private static JsonNode json(Prediction prediction) {
    return PredictionWriter.toJson(prediction);
  }

  private void find(String code, GoldenExample example, String message) {
    findings.add(new Finding(code, file + ":" + example.line(), message));
  }
}
