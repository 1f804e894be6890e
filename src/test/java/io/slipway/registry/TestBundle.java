package io.slipway.registry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Small bundles whose model is no model, for tests that do not predict.
///
/// @param weights makes the content differ
public record TestBundle(String weights, boolean examples, String description, String more) {

  public static TestBundle of(Object weights) {
    return new TestBundle(String.valueOf(weights), true, "of a test", "");
  }

  public TestBundle withoutExamples() {
    return new TestBundle(weights, false, description, more);
  }

  public TestBundle refused() {
    return new TestBundle(weights, examples, "refuse me", more);
  }

  /// @param members more members of the manifest, as JSON: `,"policy":{…}`
  public TestBundle with(String members) {
    return new TestBundle(weights, examples, description, members);
  }

  public byte[] zip() {
    Map<String, String> files = new TreeMap<>();
    files.put("model.onnx", "no model: " + weights);
    files.put(
        "bundle.json",
        """
        {"format":"slipway/1",
         "model":{"name":"any","file":"model.onnx","description":"%s"},
         "input":{"object":"record","fields":[{"name":"x","type":"number"}]},
         "preprocessing":[{"op":"number","in":"x"},{"op":"concat","in":["x"],"out":"features"}],
         "tensors":[{"name":"f","from":"features","dtype":"float32","shape":[-1,1]}],
         "output":{"kind":"value","name":"y","tensor":"y"}%s%s}
        """
            .formatted(
                description, examples ? ",\"examples\":{\"file\":\"examples.jsonl\"}" : "", more));
    if (examples) {
      files.put("examples.jsonl", "{\"object\":{\"x\":1},\"output\":{\"y\":2}}\n");
    }
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
        zip.setLevel(Deflater.NO_COMPRESSION);
        for (Map.Entry<String, String> file : files.entrySet()) {
          ZipEntry entry = new ZipEntry(file.getKey());
          entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
          zip.putNextEntry(entry);
          zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
          zip.closeEntry();
        }
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public InputStream stream() {
    return new ByteArrayInputStream(zip());
  }
}
