/// The command line. Verbs call the HTTP API; those that need no server use the registry's code for
/// checking bundles.
@NullMarked
package io.slipway.cli;

import org.jspecify.annotations.NullMarked;
