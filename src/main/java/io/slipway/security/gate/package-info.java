/// The gate before every door: who calls is known, and what the call takes is held against what
/// they may, before any door sees the request.
@NullMarked
package io.slipway.security.gate;

import org.jspecify.annotations.NullMarked;
