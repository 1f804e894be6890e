/// Access control: identities, roles, keys.
@NullMarked
package io.slipway.security;

import org.jspecify.annotations.NullMarked;
