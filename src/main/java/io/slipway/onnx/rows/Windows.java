package io.slipway.onnx.rows;

import io.slipway.onnx.rows.Flow.Known;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Operators on images and signals, with a list of these in the first dimension: convolution,
/// pooling, normalisation by channel, resizing.
final class Windows {
  private Windows() {}

  static void addTo(Map<String, Rule> rules) {
    rules.put("Conv", place -> convolution(place, 0, 1));
    rules.put("com.microsoft.FusedConv", place -> convolution(place, 0, 1));
    rules.put("ConvInteger", place -> convolution(place, 0, 1));
    rules.put("QLinearConv", place -> convolution(place, 0, 3));
    rules.put("ConvTranspose", place -> List.of(images(place, true)));
    for (String name : List.of("AveragePool", "LpPool")) {
      rules.put(name, place -> List.of(pool(place)));
    }
    rules.put("MaxPool", Windows::maxPool);
    for (String name : List.of("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")) {
      rules.put(name, place -> List.of(global(place)));
    }
    rules.put("com.microsoft.QLinearGlobalAveragePool", place -> List.of(global(place)));
    rules.put("com.microsoft.QLinearAveragePool", place -> List.of(pool(place)));
    rules.put("BatchNormalization", Windows::batchNormalization);
    rules.put("InstanceNormalization", place -> List.of(same(place)));
    rules.put("GroupNormalization", place -> List.of(same(place)));
    rules.put("LRN", place -> List.of(same(place)));
    rules.put("Resize", Windows::resize);
    rules.put("Upsample", Windows::resize);
    rules.put("GridSample", Windows::grid);
  }

  /// Images with rows in their first dimension, or without any; all other inputs are parameters.
  private static Known first(Place place) {
    for (int i = 1; i < place.inputs().size(); i++) {
      if (place.has(i)) {
        place.fixed(i);
      }
    }
    Known x = place.data(0);
    if (x.axis() > 0) {
      throw place.mixes("treats the rows as a part of an image");
    }
    return x;
  }

  private static Known same(Place place) {
    Known x = first(place);
    return x.shaped(x.shape());
  }

  private static List<Flow> convolution(Place place, int images, int weights) {
    Known x = first(place);
    if (x.shape() == null) {
      return List.of(x.shaped(null));
    }
    List<Dim> kernel = place.any(weights).shape();
    List<Dim> shape = new ArrayList<>(x.shape().subList(0, 1));
    shape.add(kernel == null || kernel.isEmpty() ? place.symbols().fresh() : kernel.getFirst());
    for (int i = 2; i < place.shape(x).size(); i++) {
      Dim window = kernel == null || kernel.size() <= i ? null : kernel.get(i);
      shape.add(side(place, x.shape().get(i), i - 2, x.shape().size() - 2, window));
    }
    return List.of(x.shaped(shape));
  }

  /// The size of a side after a window has passed over it.
  private static Dim side(Place place, Dim size, int at, int sides, @Nullable Dim window) {
    long[] strides = place.list("strides");
    long[] dilations = place.list("dilations");
    long[] pads = place.list("pads");
    String automatic = place.text("auto_pad", "NOTSET");
    long stride = strides == null ? 1 : strides[at];
    if (!size.known() || window == null || !window.known() || !automatic.equals("NOTSET")) {
      // Unknown, but equal wherever the same window passes over the same size.
      return place
          .symbols()
          .of(
              "window"
                  + size
                  + window
                  + at
                  + Arrays.toString(strides)
                  + Arrays.toString(dilations)
                  + Arrays.toString(pads)
                  + automatic
                  + place.whole("ceil_mode", 0));
    }
    long pad = pads == null ? 0 : pads[at] + pads[at + sides];
    long wide = (dilations == null ? 1 : dilations[at]) * (window.factor() - 1) + 1;
    long room = size.factor() + pad - wide;
    long up = place.whole("ceil_mode", 0) != 0 ? stride - 1 : 0;
    return up > 0 ? place.symbols().fresh() : Dim.of(Math.floorDiv(room, stride) + 1);
  }

  /// Images with other sides.
  private static Known images(Place place, boolean channels) {
    Known x = first(place);
    if (x.shape() == null) {
      return x.shaped(null);
    }
    List<Dim> shape = new ArrayList<>(x.shape().subList(0, 1));
    for (int i = 1; i < x.shape().size(); i++) {
      boolean kept = i == 1 && !channels;
      shape.add(kept ? x.shape().get(i) : place.symbols().fresh());
    }
    return x.shaped(shape);
  }

  private static Known pool(Place place) {
    Known x = first(place);
    long[] kernel = place.list("kernel_shape");
    if (x.shape() == null || kernel == null || kernel.length != x.shape().size() - 2) {
      return images(place, true);
    }
    List<Dim> shape = new ArrayList<>(x.shape().subList(0, 2));
    for (int i = 0; i < kernel.length; i++) {
      shape.add(side(place, x.shape().get(i + 2), i, kernel.length, Dim.of(kernel[i])));
    }
    return x.shaped(shape);
  }

  private static List<Flow> maxPool(Place place) {
    Known pooled = pool(place);
    Place.NotApart counted = place.mixes("counts positions over all rows");
    return List.of(pooled, pooled.hasRows() ? new Flow.Fault(counted.verdict()) : pooled);
  }

  private static Known global(Place place) {
    Known x = first(place);
    if (x.shape() == null) {
      return x.shaped(null);
    }
    List<Dim> shape = new ArrayList<>();
    for (int i = 0; i < x.shape().size(); i++) {
      shape.add(i < 2 ? x.shape().get(i) : Dim.ONE);
    }
    return x.shaped(shape);
  }

  private static List<Flow> batchNormalization(Place place) {
    boolean trains =
        place.opset() >= 14
            ? place.whole("training_mode", 0) != 0
            : place.opset() < 7 && place.whole("is_test", 0) == 0
                || place.node().outputs().stream().filter(name -> !name.isEmpty()).count() > 1;
    Known x = place.data(0);
    if (trains && x.hasRows()) {
      throw place.mixes("normalises over the rows");
    }
    return List.of(same(place));
  }

  private static List<Flow> resize(Place place) {
    Known x = place.data(0);
    if (!x.hasRows()) {
      return List.of(Known.fixed(null));
    }
    List<Dim> shape = place.shape(x);
    if (x.axis() > 1 || place.attribute("axes") != null && x.axis() > 0) {
      throw place.mixes("treats the rows as a part of an image");
    }
    boolean cropped =
        place.text("coordinate_transformation_mode", "").equals("tf_crop_and_resize")
            || !place.text("keep_aspect_ratio_policy", "stretch").equals("stretch");
    List<Dim> resized = place.has(3) ? place.any(3).content() : null;
    Known scales = place.has(3) ? null : place.opset() < 11 ? given(place, 1) : given(place, 2);
    boolean apart;
    if (cropped) {
      apart = false;
    } else if (place.attribute("axes") != null) {
      long[] axes = place.list("axes");
      apart = axes != null && !place.axes(axes, shape.size()).contains(x.axis());
    } else if (resized != null) {
      apart = resized.size() == shape.size() && shape.get(x.axis()).equals(resized.get(x.axis()));
    } else if (scales != null) {
      List<@Nullable Dim> content = scales.content();
      Dim own = content == null || content.size() <= x.axis() ? null : content.get(x.axis());
      apart = own != null && own.is(1);
    } else {
      apart = false;
    }
    if (!apart) {
      throw place.undecided("computes its sizes");
    }
    return List.of(x.shaped(sides(place, shape, resized, scales, x.axis())));
  }

  private static List<Dim> sides(
      Place place,
      List<Dim> shape,
      @Nullable List<@Nullable Dim> sizes,
      @Nullable Known scales,
      int axis) {
    List<Dim> changed = new ArrayList<>();
    for (int i = 0; i < shape.size(); i++) {
      List<@Nullable Dim> content = scales == null ? null : scales.content();
      Dim own =
          sizes != null && sizes.size() == shape.size()
              ? sizes.get(i)
              : content == null || content.size() != shape.size() || content.get(i) == null
                  ? null
                  : shape.get(i).times(content.get(i));
      changed.add(i == axis ? shape.get(i) : own != null ? own : place.symbols().fresh());
    }
    return changed;
  }

  private static @Nullable Known given(Place place, int index) {
    return place.has(index) ? place.any(index) : null;
  }

  private static List<Flow> grid(Place place) {
    Known x = place.data(0);
    Known grid = place.data(1);
    if (x.axis() > 0 || grid.axis() > 0 || x.hasRows() != grid.hasRows()) {
      throw place.undecided("samples one image for all rows");
    }
    if (x.shape() == null || grid.shape() == null) {
      return List.of(x.shaped(null));
    }
    List<Dim> shape = new ArrayList<>(x.shape().subList(0, 2));
    shape.addAll(grid.shape().subList(1, grid.shape().size() - 1));
    return List.of(x.shaped(shape));
  }
}
