/// The program: its entry point, its data folder, and how it starts and ends.
@NullMarked
package io.slipway.process;

import org.jspecify.annotations.NullMarked;
