/// Models, versions, stages, aliases, and every move ever made.
@NullMarked
package io.slipway.registry;

import org.jspecify.annotations.NullMarked;
