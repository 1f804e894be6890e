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

/// Reads one kind of business object. Made while a bundle is compiled, when it declares its
/// columns; immutable.
public abstract class ObjectReader {

  /// The reader of `input`, whose columns it declares in `scope`.
  ///
  /// @param model the ports of the model, which an object of tensors is made of
  public static ObjectReader of(InputSchema input, CompileScope scope, Graph.Signature model) {
    return switch (input) {
      case InputSchema.Record r -> new RecordReader(r, scope);
      case InputSchema.Text t -> new TextReader(t, scope);
      case InputSchema.Mail m -> new MailObjectReader(m, scope);
      case InputSchema.Image i -> new ImageReader(i, scope);
      case InputSchema.Tensors t -> new TensorsReader(model, scope);
    };
  }

  /// Reads the JSON value at the parser: at its first token, or, in an object, at its first
  /// member's name. Afterwards the parser stands at the value's last token.
  ///
  /// @throws IOException where it is not JSON
  /// @throws RefusedInput where it is not such an object
  abstract void read(JsonParser parser, Frame frame) throws IOException;

  /// Reads the JSON value at `in` as [#read(JsonParser, Frame)] would, where it is plain.
  ///
  /// @return false where it is not plain or not valid: nobody knows then what `frame` holds
  boolean scan(Cursor in, Frame frame) {
    return false;
  }

  /// Reads the object itself, a body of one of [#mediaTypes].
  void read(byte[] body, Frame frame) {
    throw new RefusedInput.UnsupportedMedia("the object is JSON");
  }

  /// The object as columns, in the order of its members; empty where it is whole tensors.
  abstract Map<String, ColumnPort> columns();

  /// Whether `name` is a member of the object's own, so that `{"instances": …}` may be such an
  /// object.
  abstract boolean hasMember(String name);

  /// The media types of the object itself, beside JSON.
  public Set<String> mediaTypes() {
    return Set.of();
  }

  /// The most bytes that one object may have as a body of its own; -1: JSON only.
  public int maxBytes() {
    return -1;
  }

  /// Whether the parser must watch for duplicate members, as the reader does not.
  boolean needsDuplicateCheck() {
    return true;
  }
}
