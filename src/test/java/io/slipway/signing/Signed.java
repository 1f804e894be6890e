package io.slipway.signing;

import io.slipway.bundle.BundleReader;
import io.slipway.bundle.InvalidBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// What the reference tool has signed (`src/test/python/oms_reference.py`), and how tests ask.
final class Signed {
  static final Path FOLDER = Path.of("src/test/resources/signing");
  static final Path BUNDLE = FOLDER.resolve("bundle");
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private Signed() {}

  static byte[] file(String name) {
    try {
      return Files.readAllBytes(FOLDER.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path path(String name) {
    return FOLDER.resolve(name);
  }

  static Trust keys(String... names) {
    return Trust.of(Stream.of(names).map(FOLDER::resolve).toList(), List.of(), List.of());
  }

  static Trust authorities(String... names) {
    return Trust.of(List.of(), Stream.of(names).map(FOLDER::resolve).toList(), List.of());
  }

  static Contents contents() {
    return Contents.of(new BundleReader().open(BUNDLE));
  }

  static Signer verify(Trust trust, byte[] signature) {
    return trust.verify(signature, "model.sig", contents(), true, NOW);
  }

  /// The codes of everything that is wrong.
  static List<String> refusal(Runnable verification) {
    try {
      verification.run();
    } catch (InvalidBundle e) {
      return e.findings().stream().map(finding -> finding.code()).distinct().toList();
    }
    throw new AssertionError("it was let through");
  }
}
