package io.slipway.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.bundle.Digest;
import java.nio.file.Path;
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
            + " exported; needs no registry.",
    footer = {"", "Example: slipway pull customer-churn 2 && slipway verify customer-churn-2.zip"})
final class VerifyVerb implements Callable<Integer> {
  @Mixin private final Local local = new Local();

  @Parameters(
      paramLabel = "PATH",
      description = "a bundle (folder or .zip), or the folder of an export")
  private Path path = Path.of("");

  @Option(
      names = "--digest",
      paramLabel = "sha256:HEX",
      description = "what the bundle must have; without it the digest is printed")
  private @Nullable String digest;

  @Override
  public Integer call() {
    if (ExportFolder.isOne(path)) {
      ExportFolder export = ExportFolder.at(path);
      export
          .versions()
          .forEach(
              number -> {
                export.verify(number);
                verify(export.archive(number), export.version(number).path("digest").asText());
              });
      local.print(
          JsonNodeFactory.instance.objectNode().put("versions", export.versions().size()),
          out -> out.println("good: " + export.versions().size() + " versions"));
      return 0;
    }
    String found = verify(path, digest);
    local.print(
        JsonNodeFactory.instance.objectNode().put("digest", found),
        out -> out.println((digest == null ? "" : "good: ") + found));
    return 0;
  }

  /// @return the digest of the bundle
  static String verify(Path path, @Nullable String expected) {
    try (LocalBundle bundle = LocalBundle.at(path)) {
      Digest found = bundle.read().digest();
      if (expected != null && !found.toString().equals(expected)) {
        throw new Failure.Refused(path + " has " + found + ", not " + expected, List.of());
      }
      return found.toString();
    }
  }
}
