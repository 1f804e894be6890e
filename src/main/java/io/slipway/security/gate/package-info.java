/// The gate: authentication and authorization of every request, before any door handles it.
@NullMarked
package io.slipway.security.gate;

import org.jspecify.annotations.NullMarked;
