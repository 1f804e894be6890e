package io.slipway.ops.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Resolves host names to addresses. Blocks.
@FunctionalInterface
interface Resolver {
  /// The system's resolver.
  Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  List<InetAddress> addresses(String host) throws UnknownHostException;
}
