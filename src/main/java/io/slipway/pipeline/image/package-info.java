/// Images: decoding and the steps on pixels.
@NullMarked
package io.slipway.pipeline.image;

import org.jspecify.annotations.NullMarked;
