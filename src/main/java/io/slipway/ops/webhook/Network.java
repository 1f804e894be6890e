package io.slipway.ops.webhook;

import java.net.InetAddress;

/// A block of IP addresses (CIDR).
///
/// @param bits the length of the common prefix
record Network(InetAddress first, int bits) {
  private static final int BITS_OF_A_BYTE = 8;

  /// @param text such as `10.0.0.0/8` or `fd00::/8`
  /// @throws IllegalArgumentException where it is not a network, or the address has bits beyond the
  ///     prefix
  static Network of(String text) {
    int slash = text.indexOf('/');
    String address = text.substring(0, Math.max(slash, 0));
    if (!address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      throw new IllegalArgumentException(text);
    }
    Network network =
        new Network(InetAddress.ofLiteral(address), Integer.parseInt(text.substring(slash + 1)));
    byte[] bytes = network.first.getAddress();
    if (network.bits < 0 || network.bits > bytes.length * BITS_OF_A_BYTE) {
      throw new IllegalArgumentException(text);
    }
    for (int i = network.bits; i < bytes.length * BITS_OF_A_BYTE; i++) {
      if (bit(bytes, i) != 0) {
        throw new IllegalArgumentException(text);
      }
    }
    return network;
  }

  boolean contains(byte[] address) {
    byte[] own = first.getAddress();
    if (own.length != address.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      if (bit(own, i) != bit(address, i)) {
        return false;
      }
    }
    return true;
  }

  private static int bit(byte[] bytes, int index) {
    return bytes[index / BITS_OF_A_BYTE] >> (BITS_OF_A_BYTE - 1 - index % BITS_OF_A_BYTE) & 1;
  }

  @Override
  public String toString() {
    return first.getHostAddress() + "/" + bits;
  }
}
