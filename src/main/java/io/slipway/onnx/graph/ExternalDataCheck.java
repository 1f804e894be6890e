package io.slipway.onnx.graph;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.onnx.graph.OnnxFile.ExternalData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks tensors whose values are outside of the model's file: they must name a file of the bundle
/// and a range inside of it. The runtime would read any file of the machine, `/etc/passwd` as
/// weights.
final class ExternalDataCheck {
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,19}");

  /// The most findings that are reported.
  private static final int MOST_FINDINGS = 20;

  private ExternalDataCheck() {}

  /// @param model the path of the model's file in `bundle`; locations are relative to its folder
  static List<Finding> check(Bundle bundle, String model, List<ExternalData> external) {
    List<Finding> findings = new ArrayList<>();
    Map<String, List<String>> missing = new LinkedHashMap<>();
    for (ExternalData data : external) {
      String name = inside(model.substring(0, model.lastIndexOf('/') + 1), data.location());
      if (name != null && !bundle.files().containsKey(name)) {
        missing.computeIfAbsent(name, key -> new ArrayList<>()).add(data.tensor());
        continue;
      }
      Finding finding = check(bundle, model, data, name);
      if (finding != null && findings.size() < MOST_FINDINGS) {
        findings.add(finding);
      }
    }
    missing.entrySet().stream()
        .limit(MOST_FINDINGS)
        .map(file -> missing(model, file.getKey(), file.getValue()))
        .forEach(findings::add);
    return findings;
  }

  private static Finding missing(String model, String file, List<String> tensors) {
    String first = "\"" + tensors.getFirst() + "\"";
    String whose =
        tensors.size() == 1
            ? "tensor " + first
            : tensors.size() + " tensors, the first of them " + first + ",";
    return new Finding(
        "external_data_missing",
        model,
        "the values of "
            + whose
            + " of "
            + model
            + " are in "
            + file
            + ", which the bundle does not have; publish both files, in a folder or zip with"
            + " bundle.json (`slipway init` makes one, `slipway push` of the .onnx takes its"
            + " weights along), or, up to 2 GiB, save the model as one file: python3 -c \"import"
            + " onnx; onnx.save(onnx.load('"
            + model
            + "'), 'one.onnx')\"");
  }

  private static @Nullable Finding check(
      Bundle bundle, String model, ExternalData data, @Nullable String name) {
    String what = "the values of tensor \"" + data.tensor() + "\" of " + model;
    if (name == null || name.equals(model)) {
      return new Finding(
          "external_data_escapes",
          model,
          what
              + " are in \""
              + data.location()
              + "\"; expected another file of the bundle, relative to the model's folder");
    }
    if (!isPlain(bundle.path(name))) {
      return new Finding(
          "external_data_escapes", model, what + " are in " + name + ", which is a link");
    }
    BigInteger size = BigInteger.valueOf(bundle.path(name).toFile().length());
    BigInteger offset = number(data.offset());
    BigInteger length = number(data.length());
    if (offset == null || length == null || offset.add(length).compareTo(size) > 0) {
      return new Finding(
          "external_data_out_of_range",
          model,
          what
              + (" are in bytes " + data.offset() + " + " + data.length())
              + (" of " + name + ", which has " + size + " bytes"));
    }
    return null;
  }

  /// The path of `location`, relative to `folder`, which is "" or ends in a slash; null where it
  /// leaves that folder or is not a plain relative path.
  static @Nullable String inside(String folder, String location) {
    if (location.isEmpty() || location.indexOf('\\') >= 0 || location.indexOf(':') >= 0) {
      return null;
    }
    StringBuilder path = new StringBuilder(folder);
    String separator = "";
    for (String part : location.split("/", -1)) {
      if (part.isEmpty() || part.equals("..")) {
        return null;
      }
      if (!part.equals(".")) {
        path.append(separator).append(part);
        separator = "/";
      }
    }
    return path.toString();
  }

  /// Whether it is a regular file with a single name: a hard link would allow changing it.
  private static boolean isPlain(Path file) {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && (!file.getFileSystem().supportedFileAttributeViews().contains("unix")
              || (int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) == 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The number in `text`; 0 for "", as in the runtime; null where it is not a number.
  private static @Nullable BigInteger number(String text) {
    if (text.isEmpty()) {
      return BigInteger.ZERO;
    }
    return DIGITS.matcher(text).matches() ? new BigInteger(text) : null;
  }
}
