/// Loading and retiring versions, so that the loaded ones match the registry; and promotion.
@NullMarked
package io.slipway.serving.load;

import org.jspecify.annotations.NullMarked;
