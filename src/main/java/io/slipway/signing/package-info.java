/// Who made a bundle: signatures in the format of OpenSSF Model Signing (OMS) 1.0, made and
/// verified without asking anybody.
@NullMarked
package io.slipway.signing;

import org.jspecify.annotations.NullMarked;
