/// The console: web pages rendered on the server from the registry and the serving state. All
/// changes go through the public API, so the console can do nothing that a script cannot.
@NullMarked
package io.slipway.console;

import org.jspecify.annotations.NullMarked;
