/// The PostgreSQL that the program runs itself, and the choice of another.
@NullMarked
package io.slipway.process.database;

import org.jspecify.annotations.NullMarked;
