/// What is loaded: what the registry wants, and how it is brought here, promoted and retired.
@NullMarked
package io.slipway.serving.load;

import org.jspecify.annotations.NullMarked;
