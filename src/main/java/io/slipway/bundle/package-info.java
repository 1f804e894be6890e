/// The content of a model version: immutable values, read from one archive.
@NullMarked
package io.slipway.bundle;

import org.jspecify.annotations.NullMarked;
