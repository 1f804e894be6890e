/// Health checks, start-up, shutdown and what operators see of them.
@NullMarked
package io.slipway.ops;

import org.jspecify.annotations.NullMarked;
