/// Signatures of bundles in the format of OpenSSF Model Signing (OMS) 1.0, made and verified
/// offline.
@NullMarked
package io.slipway.signing;

import org.jspecify.annotations.NullMarked;
