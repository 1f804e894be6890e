package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "gc",
    description =
        "Remove the archives of versions that were deleted longer ago than the grace period. A"
            + " registry does so by itself every hour. Requires the role admin.",
    footer = {"", "Example: slipway gc --dry-run"})
final class GcVerb implements Callable<Integer> {
  private static final String PATH = "/api/v1/store/garbage";

  @Mixin private final Remote remote = new Remote();

  @Option(
      names = "--dry-run",
      description = "only list unused archives, and which would be removed")
  private boolean dryRun;

  @Override
  public Integer call() {
    RegistryClient client = remote.client();
    JsonNode garbage = dryRun ? client.get(PATH) : client.delete(PATH);
    remote.print(
        garbage,
        out -> {
          Table table = new Table("", "ARCHIVE", "KB");
          for (JsonNode archive : garbage.path("archives")) {
            table.row(
                !dryRun
                    ? "removed"
                    : archive.path("due").asBoolean() ? "would be removed" : "still kept",
                archive.path("digest").asText(),
                archive.path("size").asLong() >> 10);
          }
          table.print(out);
          out.printf(
              "%d archives, %d kB%s%n",
              garbage.path("archives").size(),
              garbage.path("bytes").asLong() >> 10,
              dryRun ? " that no version needs; nothing was removed" : " removed");
        });
    return 0;
  }
}
