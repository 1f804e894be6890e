package io.slipway.bundle;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes bundle archives; the same files always give the same bytes.
public final class BundleArchive {
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private BundleArchive() {}

  /// Packs the files of `folder`, sorted by name in byte order; without those that no model needs,
  /// such as `.DS_Store` and `.git`.
  public static void pack(Path folder, Path zip) {
    try (Stream<Path> all = Files.walk(folder);
        OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream target = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
      List<Path> files =
          new ArrayList<>(
              all.filter(Files::isRegularFile)
                  .filter(file -> !Litter.is(name(folder, file)))
                  .toList());
      files.sort((a, b) -> EntryNames.BYTE_ORDER.compare(name(folder, a), name(folder, b)));
      for (Path file : files) {
        begin(target, name(folder, file));
        Files.copy(file, target);
        target.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Wraps a bare ONNX file into a bundle that takes and returns its named tensors.
  ///
  /// @param model the name in the manifest
  public static void wrapOnnx(Path onnx, String model, Path zip) {
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream target = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
      begin(target, "bundle.json");
      target.write(manifestOfTensors(model));
      target.closeEntry();
      begin(target, "model.onnx");
      Files.copy(onnx, target);
      target.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A complete manifest for a bare model: the named inputs and outputs of `model.onnx`.
  ///
  /// @param model the name in it
  public static byte[] manifestOfTensors(String model) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode manifest = mapper.createObjectNode();
    manifest.put("format", Manifest.FORMAT);
    manifest.putObject("model").put("name", model).put("file", "model.onnx");
    manifest.putObject("input").put("object", "tensors");
    manifest.putObject("output").put("kind", "tensors");
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
  }

  private static String name(Path folder, Path file) {
    return folder.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
  }

  private static void begin(ZipOutputStream target, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    target.putNextEntry(entry);
  }
}
