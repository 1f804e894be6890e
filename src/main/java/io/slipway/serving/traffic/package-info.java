/// Which version answers: the table of what can be predicted with now.
@NullMarked
package io.slipway.serving.traffic;

import org.jspecify.annotations.NullMarked;
