package io.slipway.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The origin of a model, for auditing and rebuilding it. Everything is optional.
public record Lineage(
    @Nullable Code code,
    @Nullable List<Data> data,
    @Nullable Map<String, JsonNode> parameters,
    @Nullable Map<String, JsonNode> metrics,
    @Nullable Environment environment,
    @Nullable Training training,
    @Nullable List<String> parents) {

  public record Code(
      @Nullable String repository,
      @Nullable String commit,
      @Nullable Boolean dirty,
      @Nullable String entrypoint) {}

  public record Data(
      String name,
      @Nullable String uri,
      @Nullable String sha256,
      @Nullable String dvc,
      @Nullable Long rows,
      @Nullable String from,
      @Nullable String to) {}

  public record Environment(@Nullable String python, @Nullable List<String> packages) {}

  public record Training(
      @Nullable String started,
      @Nullable String ended,
      @Nullable String by,
      @Nullable String run) {}
}
