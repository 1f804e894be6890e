package io.slipway.bundle;

/// A JSON scalar of a manifest: a learned constant or a category.
public sealed interface Scalar {
  record Text(String value) implements Scalar {}

  record Decimal(double value) implements Scalar {}

  record Flag(boolean value) implements Scalar {}

  record Null() implements Scalar {}
}
