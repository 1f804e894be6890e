package io.slipway.ops.webhook;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The rule for addresses of webhooks: allowed are public addresses, and the networks that the
/// operator lists. An IPv6 address that embeds an IPv4 address counts as that one. The ranges are
/// those of the registries of special-purpose addresses (RFC 6890, as kept by IANA).
///
/// @param allowed networks that may be reached although they are not public
record AddressRule(List<Network> allowed) {
  private static final int IPV4 = 4;

  private static final List<Network> NOT_PUBLIC =
      networks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // shared address space of providers
          "127.0.0.0/8", // loopback
          "169.254.0.0/16", // link-local, including cloud metadata
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocol assignments
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4", // reserved, and broadcast
          "2001::/23", // protocol assignments; Teredo is decoded before
          "2001:db8::/32", // documentation
          "3fff::/20"); // documentation

  /// The global unicast range. Outside of it are loopback, unique local, link-local, site-local,
  /// multicast, embedded IPv4 (mapped, compatible) and unassigned addresses.
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

  /// Inverts the bits, as Teredo does with the embedded IPv4 address.
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
