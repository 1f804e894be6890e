package io.slipway.ops.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Which addresses a name has now. Blocks.
@FunctionalInterface
interface Resolver {
  /// As the system resolves names.
  Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  List<InetAddress> addresses(String host) throws UnknownHostException;
}
