/// The embedded PostgreSQL, and the choice of an external one.
@NullMarked
package io.slipway.process.database;

import org.jspecify.annotations.NullMarked;
