package io.slipway.bundle;

/// One thing that is wrong with a bundle.
///
/// @param code stable, snake_case: what kind of fault
/// @param where the place, as a path: `bundle.json#/preprocessing/3`, `examples.jsonl:7`,
///           `../../etc/passwd`
/// @param message what was found and what was expected, naming step and column where there are any
public record Finding(String code, String where, String message) {}
