package io.slipway.pipeline.frame;

/// One broken rule of a business object.
///
/// @param pointer a JSON pointer into the object, without the place of the object in its batch:
///            `/monthly_charges`
/// @param code stable, snake_case: `missing_field`, `wrong_type`, `out_of_range`, `unknown_field`,
///            `unknown_category`, `too_long`, `corrupt`, …
/// @param message what was expected and what was found
public record Violation(String pointer, String code, String message) {}
