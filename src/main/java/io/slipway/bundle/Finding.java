package io.slipway.bundle;

/// One fault of a bundle.
///
/// @param code the kind of fault; stable, in snake_case
/// @param where the place, as a path: `bundle.json#/preprocessing/3`, `examples.jsonl:7`,
///           `../../etc/passwd`
/// @param message what was found and what was expected, with step and column where applicable
public record Finding(String code, String where, String message) {}
