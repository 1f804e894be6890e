/// What the values of a sample look like: the watched properties of objects and decisions, and
/// their distributions in a reference.
@NullMarked
package io.slipway.pipeline.profile;

import org.jspecify.annotations.NullMarked;
