/// Which version answers: the table of what can be predicted with now, and the choice of one for
/// each call.
@NullMarked
package io.slipway.serving.traffic;

import org.jspecify.annotations.NullMarked;
