package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "predict",
    description =
        "Predict with a model: a file by its ending (.json, .txt, .eml, .png, .jpg, .gif, .bmp), or"
            + " JSON from standard input.",
    footer = {"", "Example: slipway predict mail-spam message.eml"})
final class PredictVerb implements Callable<Integer> {
  private static final Map<String, String> TYPES =
      Map.of(
          "json", "application/json",
          "txt", "text/plain",
          "eml", "message/rfc822",
          "png", "image/png",
          "jpg", "image/jpeg",
          "jpeg", "image/jpeg",
          "gif", "image/gif",
          "bmp", "image/bmp");

  @Mixin private final Remote remote = new Remote();

  @Parameters(index = "0", paramLabel = "MODEL")
  private String model = "";

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      arity = "0..1",
      description = "- or none: standard input")
  private String file = "-";

  @Option(
      names = "--type",
      paramLabel = "MEDIA-TYPE",
      description = "the type of the input, where its name does not tell")
  private @Nullable String type;

  @ArgGroup(exclusive = true)
  private Which which = new Which();

  /// The selection of a version.
  static final class Which {
    @Option(names = "--version-number", paramLabel = "N", description = "a version by its number")
    private @Nullable Integer version;

    @Option(names = "--stage", paramLabel = "STAGE", description = "production by default")
    private @Nullable String stage;

    @Option(names = "--alias", paramLabel = "ALIAS")
    private @Nullable String alias;

    String path() {
      if (version != null) {
        return "/versions/" + version;
      }
      if (alias != null) {
        return "/aliases/" + RegistryClient.segment(alias);
      }
      return stage == null ? "" : "/stages/" + RegistryClient.segment(stage);
    }
  }

  @Override
  public Integer call() {
    String path = "/models/" + RegistryClient.segment(model) + which.path() + "/predict";
    JsonNode answer =
        remote.client().send("POST", path, type(), BodyPublishers.ofByteArray(input()), Map.of());
    remote.print(answer, out -> out.println(answer.toPrettyString()));
    return 0;
  }

  private byte[] input() {
    try {
      return file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
    } catch (IOException e) {
      throw new Failure.Misused(file + " cannot be read");
    }
  }

  private String type() {
    if (type != null) {
      return type;
    }
    String name = file.toLowerCase(Locale.ROOT);
    return TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/json");
  }
}
