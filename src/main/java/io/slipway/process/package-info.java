/// The program: entry point, data folder, start and shutdown.
@NullMarked
package io.slipway.process;

import org.jspecify.annotations.NullMarked;
