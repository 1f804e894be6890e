/// Steps on text: cleaning, tokens, term weights, word pieces.
@NullMarked
package io.slipway.pipeline.text;

import org.jspecify.annotations.NullMarked;
