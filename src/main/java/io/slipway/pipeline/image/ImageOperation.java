package io.slipway.pipeline.image;

import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Pixels;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The operation of an image step with the type of its result. There is a factory per step, which
/// returns null, with a finding, where the step does not fit the image.
///
/// @param function returns a [Pixels], or a `double[]` where the type is a vector
record ImageOperation(ColumnType type, Function<Pixels, Object> function) {

  static @Nullable ImageOperation resize(
      Step.Resize step, ColumnType.Image image, CompileScope scope) {
    Filter filter = Filter.named(step.filter());
    boolean valid =
        Options.sides(step.width(), step.height(), scope)
            & Options.oneOf("filter", step.filter(), Filter.names(), scope)
            & Options.oneOf("fit", step.fit(), List.of("stretch", "crop", "pad", "shorter"), scope)
            & Options.oneOf(
                "algorithm", step.algorithm(), List.of("pil", "torch", "torch_antialias"), scope);
    if (!valid || filter == null) {
      return null;
    }
    boolean pil = step.algorithm().equals("pil");
    boolean antialias = step.algorithm().equals("torch_antialias");
    if (pil && image.floating()) {
      scope.finding(
          "wrong_column_type",
          "algorithm \"pil\" resizes bytes; put the step before rescale and normalize");
      return null;
    }
    if (!pil && filter == Filter.LANCZOS || antialias && filter == Filter.NEAREST) {
      scope.finding(
          "inconsistent",
          "algorithm \"" + step.algorithm() + "\" has no filter \"" + step.filter() + "\"");
      return null;
    }
    boolean shorter = step.fit().equals("shorter");
    if (shorter && step.width() != step.height()) {
      scope.finding("inconsistent", "fit \"shorter\" needs a width that equals the height");
      return null;
    }
    Fit fit = new Fit(step.width(), step.height(), filter, step.algorithm(), step.fit());
    return new ImageOperation(
        new ColumnType.Image(
            shorter ? -1 : step.width(), shorter ? -1 : step.height(), image.channels(), !pil),
        fit::apply);
  }

  static @Nullable ImageOperation centerCrop(
      Step.CenterCrop step, ColumnType.Image image, CompileScope scope) {
    int width = step.width();
    int height = step.height();
    if (!Options.sides(width, height, scope)) {
      return null;
    }
    return new ImageOperation(
        new ColumnType.Image(width, height, image.channels(), image.floating()),
        pixels -> Framing.center(pixels, width, height));
  }

  static @Nullable ImageOperation pad(Step.Pad step, ColumnType.Image image, CompileScope scope) {
    boolean valid =
        Options.within("left", step.left(), 0, Options.MOST_SIDE, scope)
            & Options.within("top", step.top(), 0, Options.MOST_SIDE, scope)
            & Options.within("right", step.right(), 0, Options.MOST_SIDE, scope)
            & Options.within("bottom", step.bottom(), 0, Options.MOST_SIDE, scope);
    double value = step.value();
    if (!image.floating() && !(value >= 0 && value <= 255 && value == Math.rint(value))) {
      scope.finding("out_of_range", "value: pixels are bytes here; expected 0 to 255");
      return null;
    }
    if (!valid) {
      return null;
    }
    int across = step.left() + step.right();
    int down = step.top() + step.bottom();
    return new ImageOperation(
        new ColumnType.Image(
            image.width() < 0 ? -1 : image.width() + across,
            image.height() < 0 ? -1 : image.height() + down,
            image.channels(),
            image.floating()),
        pixels ->
            Framing.window(
                pixels,
                -step.left(),
                -step.top(),
                pixels.width() + across,
                pixels.height() + down,
                value));
  }

  static @Nullable ImageOperation invert(ColumnType.Image image, CompileScope scope) {
    if (image.floating()) {
      scope.finding("wrong_column_type", "invert turns bytes; put it before rescale and normalize");
      return null;
    }
    return new ImageOperation(image, Arrangement::inverted);
  }

  static @Nullable ImageOperation rescale(
      Step.Rescale step, ColumnType.Image image, CompileScope scope) {
    double factor = step.factor();
    if (!Double.isFinite(factor)) {
      scope.finding("out_of_range", "factor: expected a finite number");
      return null;
    }
    return new ImageOperation(floating(image), pixels -> Floats.scaled(pixels, factor));
  }

  static @Nullable ImageOperation normalize(
      Step.Normalize step, ColumnType.Image image, CompileScope scope) {
    double[] mean = channelwise("mean", step.mean(), image, scope);
    double[] std = channelwise("std", step.std(), image, scope);
    if (mean == null || std == null) {
      return null;
    }
    for (double s : std) {
      if (s == 0) {
        scope.finding("out_of_range", "std: a zero divides by zero");
        return null;
      }
    }
    return new ImageOperation(floating(image), pixels -> Floats.normalized(pixels, mean, std));
  }

  private static double @Nullable [] channelwise(
      String name, List<Double> values, ColumnType.Image image, CompileScope scope) {
    if (values.size() != 1 && values.size() != image.channels()) {
      scope.finding(
          "wrong_arity",
          name + " has " + values.size() + " numbers; expected 1 or " + image.channels());
      return null;
    }
    double[] each = new double[image.channels()];
    for (int c = 0; c < each.length; c++) {
      each[c] = values.get(values.size() == 1 ? 0 : c);
    }
    return each;
  }

  static @Nullable ImageOperation repeat(
      Step.RepeatChannels step, ColumnType.Image image, CompileScope scope) {
    int times = step.times();
    if (!Options.within("times", times, 1, 16, scope)) {
      return null;
    }
    if (image.channels() != 1) {
      scope.finding(
          "wrong_column_type",
          "repeat_channels repeats one channel; the image has " + image.channels());
      return null;
    }
    return new ImageOperation(
        new ColumnType.Image(image.width(), image.height(), times, image.floating()),
        pixels -> Arrangement.repeated(pixels, times));
  }

  static @Nullable ImageOperation layout(
      Step.Layout step, ColumnType.Image image, CompileScope scope) {
    long width = image.width();
    long height = image.height();
    long channels = image.channels();
    return switch (step.to()) {
      case "NCHW" ->
          new ImageOperation(
              new ColumnType.Array(List.of(channels, height, width), image.floating()),
              Arrangement::planar);
      case "NHWC" ->
          new ImageOperation(
              new ColumnType.Array(List.of(height, width, channels), image.floating()),
              pixels -> pixels);
      case "flat" -> {
        if (width < 0 || height < 0 || width * height * channels > Integer.MAX_VALUE) {
          scope.finding(
              "wrong_column_type",
              "a flat layout needs an image of known size; put a resize or center_crop before");
          yield null;
        }
        yield new ImageOperation(
            new ColumnType.Vector((int) (width * height * channels)), Floats::values);
      }
      default -> {
        Options.oneOf("to", step.to(), List.of("NCHW", "NHWC", "flat"), scope);
        yield null;
      }
    };
  }

  private static ColumnType floating(ColumnType.Image image) {
    return new ColumnType.Image(image.width(), image.height(), image.channels(), true);
  }
}
