/// Watches models: counts the objects and decisions of live calls, and compares them with the
/// baseline of the version.
@NullMarked
package io.slipway.monitoring;

import org.jspecify.annotations.NullMarked;
