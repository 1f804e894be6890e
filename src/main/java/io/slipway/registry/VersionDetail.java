package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// All details of one version. The documents that only a bundle has are missing nodes for other
/// kinds.
///
/// @param manifest the manifest of the bundle
/// @param signature the inputs and outputs of the model itself
/// @param checks the results of the check at registration
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
