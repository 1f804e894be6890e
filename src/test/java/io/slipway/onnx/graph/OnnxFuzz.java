package io.slipway.onnx.graph;

import io.slipway.bundle.InvalidBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Any bytes as an ONNX file: outlined or refused.
public final class OnnxFuzz {
  private static final Path FILE = file();

  private OnnxFuzz() {}

  private static Path file() {
    try {
      return Files.createTempFile("fuzz", ".onnx");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    Files.write(FILE, data);
    try {
      OnnxFile read = OnnxFileReader.read("model.onnx", FILE);
      ExpandedSize.of(read);
      GraphOutline.of("model.onnx", FILE);
    } catch (InvalidBundle refused) {
      if (refused.findings().isEmpty()) {
        throw new AssertionError("refused without a finding");
      }
    }
  }
}
