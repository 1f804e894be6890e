package io.slipway.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.bundle.Digest;
import io.slipway.bundle.InvalidBundle;
import io.slipway.signing.Signer;
import io.slipway.signing.Trust;
import io.slipway.signing.UnusableKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description =
        "Compare a bundle with its digest, or every archive of an exported model with what was"
            + " exported; with --key or --certificate-chain show who has signed it, and that"
            + " nothing was changed since. Needs no registry.",
    footer = {
      "",
      "Example: slipway pull customer-churn 2 && slipway verify customer-churn-2.zip --key me.pem"
    })
final class VerifyVerb implements Callable<Integer> {
  @Mixin private final Local local = new Local();

  @Parameters(
      paramLabel = "PATH",
      description = "a bundle (folder or .zip), or the folder of an export")
  private Path path = Path.of("");

  @Option(
      names = "--digest",
      paramLabel = "sha256:HEX",
      description = "the expected digest; without it the digest is printed")
  private @Nullable String digest;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "a trusted public key (PEM); the signature must be valid")
  private List<Path> keys = List.of();

  @Option(
      names = "--certificate-chain",
      paramLabel = "FILE",
      description = "certificates (PEM) of trusted authorities")
  private List<Path> authorities = List.of();

  @Option(
      names = "--signature",
      paramLabel = "FILE",
      description = "the signature file; model.sig in a bundle or folder by default")
  private @Nullable Path signature;

  @Option(
      names = "--ignore",
      paramLabel = "NAME",
      description = "exclude this path; not for bundles, which are signed as a whole")
  private List<String> ignored = List.of();

  @Override
  public Integer call() {
    if (ExportFolder.isOne(path)) {
      ExportFolder export = ExportFolder.at(path);
      export
          .versions()
          .forEach(
              number -> {
                export.verify(number);
                verify(export, number);
              });
      local.print(
          JsonNodeFactory.instance.objectNode().put("versions", export.versions().size()),
          out -> out.println("good: " + export.versions().size() + " versions"));
      return 0;
    }
    if (keys.isEmpty() && authorities.isEmpty()) {
      if (signature != null || !ignored.isEmpty()) {
        throw new Failure.Misused("a signature is verified by --key or --certificate-chain");
      }
      String found = verify(path, digest);
      local.print(
          JsonNodeFactory.instance.objectNode().put("digest", found),
          out -> out.println((digest == null ? "" : "good: ") + found));
      return 0;
    }
    if (digest != null) {
      verify(path, digest);
    }
    Signer signer = signer();
    local.print(
        JsonNodeFactory.instance.objectNode().set("signed", signer.asJson()),
        out -> out.printf("good: signed by %s%n", signer.name()));
    return 0;
  }

  private Signer signer() {
    try (SignedPath signed = SignedPath.at(path, ignored)) {
      Path file = signature == null ? signed.beside() : signature;
      if (!Files.isReadable(file)) {
        throw new Failure.Refused(path + " is not signed: there is no " + file, List.of());
      }
      return Trust.of(keys, authorities, List.of())
          .verify(
              Files.readAllBytes(file),
              String.valueOf(file.getFileName()),
              signed.contents(file),
              signed.strict(),
              InstantSource.system().instant());
    } catch (UnusableKey e) {
      throw new Failure.Misused(String.valueOf(e.getMessage()));
    } catch (InvalidBundle e) {
      throw LocalBundle.refused(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void verify(ExportFolder export, int number) {
    Path archive = export.archive(number);
    String expected = export.version(number).path("digest").asText();
    switch (export.version(number).path("kind").asText("bundle")) {
      // There is nothing here but its description.
      case "external" -> {}
      case "files" -> {
        try (LocalBundle files = LocalBundle.at(archive)) {
          requireDigest(archive, files.files(), expected);
        }
      }
      default -> verify(archive, expected);
    }
  }

  private static void requireDigest(Path path, Digest found, String expected) {
    if (!found.toString().equals(expected)) {
      throw new Failure.Refused(path + " has " + found + ", not " + expected, List.of());
    }
  }

  /// @return the digest of the bundle
  static String verify(Path path, @Nullable String expected) {
    try (LocalBundle bundle = LocalBundle.at(path)) {
      Digest found = bundle.read().digest();
      if (expected != null) {
        requireDigest(path, found, expected);
      }
      return found.toString();
    }
  }
}
