package io.slipway.ops.webhook;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Decides which addresses a webhook may go to: public ones, and those of networks that the
/// operator has named. An IPv6 address that carries an IPv4 address is as public as that one. By
/// the registries of special-purpose addresses (RFC 6890, as IANA keeps them).
///
/// @param allowed what may be reached though it is not public
record AddressRule(List<Network> allowed) {
  private static final int IPV4 = 4;

  private static final List<Network> NOT_PUBLIC =
      networks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // shared by a provider's customers
          "127.0.0.0/8", // loopback
          "169.254.0.0/16", // link-local, where clouds keep their metadata
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocols
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // relays of 6to4
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4", // reserved, and broadcast
          "2001::/23", // protocols, but Teredo
          "2001:db8::/32", // documentation
          "3fff::/20"); // documentation

  /// What is not in it is loopback, unique local, link-local, site-local, multicast, IPv4 in IPv6's
  /// clothes (mapped, compatible), or nobody's.
  private static final Network GLOBAL = Network.of("2000::/3");

  private static final Network NAT64 = Network.of("64:ff9b::/96");
  private static final Network SIX_TO_FOUR = Network.of("2002::/16");
  private static final Network TEREDO = Network.of("2001::/32");

  AddressRule {
    allowed = List.copyOf(allowed);
  }

  boolean allows(InetAddress address) {
    byte[] bytes = address.getAddress();
    return isPublic(bytes) || in(allowed, bytes);
  }

  private static boolean isPublic(byte[] address) {
    if (address.length == IPV4) {
      return !in(NOT_PUBLIC, address);
    }
    if (NAT64.contains(address)) {
      return isPublic(Arrays.copyOfRange(address, 12, 16));
    }
    if (SIX_TO_FOUR.contains(address)) {
      return isPublic(Arrays.copyOfRange(address, 2, 6));
    }
    if (TEREDO.contains(address)) {
      return isPublic(Arrays.copyOfRange(address, 4, 8))
          && isPublic(inverted(Arrays.copyOfRange(address, 12, 16)));
    }
    return GLOBAL.contains(address) && !in(NOT_PUBLIC, address);
  }

  /// As Teredo hides who is behind a translation of addresses.
  private static byte[] inverted(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ~bytes[i];
    }
    return bytes;
  }

  private static boolean in(List<Network> networks, byte[] address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  private static List<Network> networks(String... texts) {
    return Stream.of(texts).map(Network::of).toList();
  }
}
