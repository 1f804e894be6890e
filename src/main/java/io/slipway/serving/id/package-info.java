/// The prediction id: made with each decision, and read again by this registry alone.
@NullMarked
package io.slipway.serving.id;

import org.jspecify.annotations.NullMarked;
