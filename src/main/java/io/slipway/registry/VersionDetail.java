package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Everything about one version.
///
/// @param manifest the bundle's own
/// @param signature the model's own inputs and outputs
/// @param checks what the check at registration has shown
/// @param files `[{"path","size","sha256"}]`
/// @param stages that point to it
/// @param aliases that point to it
/// @param revision of the model
public record VersionDetail(
    ModelVersion version,
    JsonNode manifest,
    JsonNode signature,
    JsonNode checks,
    JsonNode files,
    List<String> stages,
    List<String> aliases,
    long revision) {}
