package io.slipway.bundle;

import java.util.List;

/// The type of the business object that a bundle takes.
public sealed interface InputSchema {

  /// A JSON object with declared fields. `additional` is `reject` or `ignore`, for members that are
  /// not declared.
  record Record(List<Field> fields, @Default("\"reject\"") String additional)
      implements InputSchema {}

  /// One text; the column `text`.
  record Text(@Default("1000000") int maxChars) implements InputSchema {}

  /// An RFC 5322 message; the columns `subject`, `sender`, `text`, `n_parts`, `n_attachments`,
  /// `has_html`.
  record Mail(@Default("10485760") int maxBytes, @Default("200") int maxParts)
      implements InputSchema {}

  /// An encoded image; the column `image`.
  record Image(
      @Default("[\"image/png\", \"image/jpeg\", \"image/gif\", \"image/bmp\"]")
          List<String> mediaTypes,
      @Default("10485760") int maxBytes,
      @Default("25000000") int maxPixels)
      implements InputSchema {}

  /// Named tensors as the graph declares them.
  record Tensors() implements InputSchema {}

  /// Its name in the manifest's member `object`.
  default String object() {
    return switch (this) {
      case Record r -> "record";
      case Text t -> "text";
      case Mail m -> "mail";
      case Image i -> "image";
      case Tensors t -> "tensors";
    };
  }

  /// Whether a version with this input needs golden examples before it may be promoted, unless the
  /// model's policy says otherwise. Tensors need none: their callers preprocess themselves.
  static boolean needsExamples(String object) {
    return !object.equals("tensors");
  }
}
