package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/// Reads one kind of business object into the columns of a frame. Created when a bundle is
/// compiled, which declares the columns; immutable.
public abstract class ObjectReader {

  /// The reader for `input`, which declares its columns in `scope`.
  ///
  /// @param model the ports of the model's graph, for an object of tensors
  public static ObjectReader of(InputSchema input, CompileScope scope, Graph.Signature model) {
    return switch (input) {
      case InputSchema.Record r -> new RecordReader(r, scope);
      case InputSchema.Text t -> new TextReader(t, scope);
      case InputSchema.Mail m -> new MailObjectReader(m, scope);
      case InputSchema.Image i -> new ImageReader(i, scope);
      case InputSchema.Tensors t -> new TensorsReader(model, scope);
    };
  }

  /// Reads the JSON value at the parser's position: at its first token, or, in an object, at the
  /// name of its first member. Afterwards the parser is at the value's last token.
  ///
  /// @throws IOException where it is not JSON
  /// @throws RefusedInput where the object is invalid
  abstract void read(JsonParser parser, Frame frame) throws IOException;

  /// Reads a plain JSON value, with the same result as [#read(JsonParser, Frame)].
  ///
  /// @return false where it is not plain or not valid; the content of `frame` is undefined then
  boolean scan(Cursor in, Frame frame) {
    return false;
  }

  /// Reads the raw object, from a body of one of [#mediaTypes].
  void read(byte[] body, Frame frame) {
    throw new RefusedInput.UnsupportedMedia("expected JSON");
  }

  /// The object's members as columns, in order; empty where it is whole tensors.
  abstract Map<String, ColumnPort> columns();

  /// Whether the object has a member `name`, so that `{"instances": …}` may be such an object.
  abstract boolean hasMember(String name);

  /// The media types of the raw object, in addition to JSON.
  public Set<String> mediaTypes() {
    return Set.of();
  }

  /// The most bytes of a raw object; -1: JSON only.
  public int maxBytes() {
    return -1;
  }

  /// Whether the parser must detect duplicate members, as the reader does not.
  boolean needsDuplicateCheck() {
    return true;
  }
}
