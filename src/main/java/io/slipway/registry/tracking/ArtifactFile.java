package io.slipway.registry.tracking;

/// One entry of a folder of artifacts.
///
/// @param name within the folder
/// @param size in bytes; 0 for a folder
public record ArtifactFile(String name, boolean folder, long size) {}
