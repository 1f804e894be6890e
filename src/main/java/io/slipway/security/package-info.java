/// Who calls, and what they may do.
@NullMarked
package io.slipway.security;

import org.jspecify.annotations.NullMarked;
