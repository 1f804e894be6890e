/// The HTTP API of the gateway and the registry: parse, call one method, render.
@NullMarked
package io.slipway.api;

import org.jspecify.annotations.NullMarked;
