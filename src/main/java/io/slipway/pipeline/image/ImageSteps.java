package io.slipway.pipeline.image;

import io.slipway.bundle.InputSchema;
import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.Transform;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Compiles steps on images, from decoding to the model's input array.
public final class ImageSteps {
  private static final int MOST_FRAMES = 1_000;

  private ImageSteps() {}

  /// Compiles `step`; null, with findings, where it does not fit.
  ///
  /// @param limits of the bundle's image input; null where the input is not an image
  public static @Nullable Transform compile(
      Step.OnImage step, CompileScope scope, InputSchema.@Nullable Image limits) {
    return switch (step) {
      case Step.DecodeImage s -> decode(s, scope, limits);
      case Step.Resize s -> change(s, scope, image -> ImageOperation.resize(s, image, scope));
      case Step.CenterCrop s ->
          change(s, scope, image -> ImageOperation.centerCrop(s, image, scope));
      case Step.Pad s -> change(s, scope, image -> ImageOperation.pad(s, image, scope));
      case Step.Invert s -> change(s, scope, image -> ImageOperation.invert(image, scope));
      case Step.Rescale s -> change(s, scope, image -> ImageOperation.rescale(s, image, scope));
      case Step.Normalize s -> change(s, scope, image -> ImageOperation.normalize(s, image, scope));
      case Step.RepeatChannels s ->
          change(s, scope, image -> ImageOperation.repeat(s, image, scope));
      case Step.Layout s -> change(s, scope, image -> ImageOperation.layout(s, image, scope));
    };
  }

  private static @Nullable Transform decode(
      Step.DecodeImage step, CompileScope scope, InputSchema.@Nullable Image limits) {
    Column from = only(step, scope);
    boolean valid =
        from != null
            & Options.oneOf("color", step.color(), List.of("RGB", "BGR", "L"), scope)
            & Options.oneOf("alpha", step.alpha(), List.of("drop", "white", "black"), scope)
            & Options.oneOf("sixteen_bit", step.sixteenBit(), List.of("shift8"), scope)
            & Options.within("frame", step.frame(), 0, MOST_FRAMES, scope);
    if (valid && from != null && !(from.type() instanceof ColumnType.Encoded)) {
      scope.wrongType(from, "an encoded image");
      valid = false;
    }
    if (valid && limits == null) {
      scope.finding("inconsistent", "decode_image needs an input whose object is \"image\"");
      valid = false;
    }
    if (!valid || from == null || limits == null) {
      scope.writeBroken(out(step));
      return null;
    }
    ImageDecoder.Color color = ImageDecoder.Color.valueOf(step.color());
    int ground =
        switch (step.alpha()) {
          case "white" -> 255;
          case "black" -> 0;
          default -> -1;
        };
    ImageDecoder decoder =
        new ImageDecoder(limits, color, step.exifOrientation(), ground, step.frame());
    ColumnType type = new ColumnType.Image(-1, -1, color == ImageDecoder.Color.L ? 1 : 3, false);
    int source = from.slot();
    int target = scope.write(out(step).getFirst(), type).slot();
    return frame -> {
      byte[] encoded = (byte[]) Objects.requireNonNull(frame.object(source));
      frame.object(target, decoder.decode(encoded));
    };
  }

  private static @Nullable Transform change(
      Step step,
      CompileScope scope,
      Function<ColumnType.Image, @Nullable ImageOperation> compiler) {
    Column from = only(step, scope);
    ImageOperation change = null;
    if (from != null && from.type() instanceof ColumnType.Image image) {
      change = compiler.apply(image);
    } else if (from != null) {
      scope.wrongType(from, "an image; decode_image makes one");
    }
    if (from == null || change == null) {
      scope.writeBroken(out(step));
      return null;
    }
    int source = from.slot();
    int target = scope.write(out(step).getFirst(), change.type()).slot();
    Function<Pixels, Object> function = change.function();
    return frame -> {
      Pixels pixels = (Pixels) Objects.requireNonNull(frame.object(source));
      frame.object(target, function.apply(pixels));
    };
  }

  /// The single column that the step reads; null, with a finding, where there is none.
  private static @Nullable Column only(Step step, CompileScope scope) {
    if (step.in().size() != 1 || out(step).size() != 1) {
      scope.finding("wrong_arity", "an image step reads one column and writes one");
      return null;
    }
    return scope.read(step.in().getFirst());
  }

  private static List<String> out(Step step) {
    List<String> out = step.out();
    return out == null ? step.in() : out;
  }
}
