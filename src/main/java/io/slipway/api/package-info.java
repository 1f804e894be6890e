/// The native HTTP contract: parse, call one method, render.
@NullMarked
package io.slipway.api;

import org.jspecify.annotations.NullMarked;
