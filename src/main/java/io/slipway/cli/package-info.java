/// The commands of a person at a terminal. Stand on the HTTP API, and, without a server, on the
/// very code that checks a bundle in one.
@NullMarked
package io.slipway.cli;

import org.jspecify.annotations.NullMarked;
