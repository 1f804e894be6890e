/// Shows people what there is: pages made on the server from what the registry and serving know.
/// Whatever a page changes, the browser changes by the public API, so that nothing is possible here
/// that is not possible there.
@NullMarked
package io.slipway.console;

import org.jspecify.annotations.NullMarked;
