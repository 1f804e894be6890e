package io.slipway.openinference;

import inference.ModelInput.Format;
import io.slipway.pipeline.frame.Graph;
import java.util.List;

/// Where an input for images has its channels, as far as its shape tells: Triton's image clients
/// ask for it.
final class ImageFormat {
  /// The dimensions of one image.
  private static final int IMAGE = 3;

  private ImageFormat() {}

  /// The format of `port`: one or three channels, in front or at the end of an image or of a batch
  /// of images; none where neither or both would fit.
  static Format of(Graph.Port port) {
    List<Long> dims = port.shape();
    if (dims.size() != IMAGE && dims.size() != IMAGE + 1) {
      return Format.FORMAT_NONE;
    }
    boolean front = channels(dims.get(dims.size() - IMAGE));
    boolean end = channels(dims.getLast());
    return front == end ? Format.FORMAT_NONE : front ? Format.FORMAT_NCHW : Format.FORMAT_NHWC;
  }

  private static boolean channels(long dimension) {
    return dimension == 1 || dimension == 3;
  }
}
