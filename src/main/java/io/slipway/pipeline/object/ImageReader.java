package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads one image without decoding it: `image/png` and others, or `{"image_base64": "…"}`.
final class ImageReader extends ObjectReader {
  private static final List<String> MEMBERS = List.of("image_base64");

  private final InputSchema.Image schema;
  private final int slot;

  ImageReader(InputSchema.Image schema, CompileScope scope) {
    this.schema = schema;
    slot = scope.input("image", new ColumnType.Encoded()).slot();
  }

  @Override
  void read(JsonParser parser, Frame frame) throws IOException {
    read(OneMember.base64(OneMember.read(parser, MEMBERS)), frame);
  }

  @Override
  void read(byte[] body, Frame frame) {
    if (body.length > schema.maxBytes()) {
      throw new RefusedInput.TooLarge(
          "the image has " + body.length + " bytes; at most " + schema.maxBytes());
    }
    frame.object(slot, body);
  }

  @Override
  Map<String, ColumnPort> columns() {
    return Map.of("image", ColumnPort.only(ColumnPort.BYTES));
  }

  @Override
  boolean hasMember(String name) {
    return MEMBERS.contains(name);
  }

  @Override
  public Set<String> mediaTypes() {
    return Set.copyOf(schema.mediaTypes());
  }

  @Override
  public int maxBytes() {
    return schema.maxBytes();
  }
}
