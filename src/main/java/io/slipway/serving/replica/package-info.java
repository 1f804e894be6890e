/// This replica in a group: its reports, and waiting for the others.
@NullMarked
package io.slipway.serving.replica;

import org.jspecify.annotations.NullMarked;
