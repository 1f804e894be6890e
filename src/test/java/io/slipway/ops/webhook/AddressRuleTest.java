package io.slipway.ops.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.Seed;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTest {
  private static final AddressRule PUBLIC_ONLY = new AddressRule(List.of());
  private static final int ROUNDS = 20_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2606:4700::1111",
        "2a00:1450:4001:800::200e",
        "3ffe::1",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
        "2001:0:808:808::f7f7:f7f7"
      })
  void aPublicAddressMayBeToldThings(String address) {
    assertThat(PUBLIC_ONLY.allows(InetAddress.ofLiteral(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.0.0",
        "169.254.169.254",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.0",
        "192.0.0.255",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.0",
        "255.255.255.255",
        "::",
        "::1",
        "::8.8.8.8",
        "::127.0.0.1",
        "100::1",
        "fc00::",
        "fd12:3456::1",
        "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "4000::1",
        "2001:db8::1",
        "2001:2::1",
        "2001:20::1",
        "3fff::1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.1.2.3",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8",
        "2002:7f00:1::1",
        "2002:a01:203::1",
        "2002:c0a8:1::1",
        "2001:0:808:808::f5fe:fdfc",
        "2001:0:a01:203::f7f7:f7f7"
      })
  void whatIsNotPublicIsRefused(String address) {
    assertThat(PUBLIC_ONLY.allows(InetAddress.ofLiteral(address))).isFalse();
  }

  @Test
  void anIpv4AddressInTheClothesOfIpv6IsNoWayAround() throws UnknownHostException {
    for (String address : List.of("127.0.0.1", "10.1.2.3", "169.254.169.254")) {
      byte[] mapped = new byte[16];
      mapped[10] = mapped[11] = (byte) 0xff;
      System.arraycopy(InetAddress.ofLiteral(address).getAddress(), 0, mapped, 12, 4);
      assertThat(PUBLIC_ONLY.allows(Inet6Address.getByAddress(null, mapped, -1)))
          .as("mapped, as it is")
          .isFalse();
      assertThat(PUBLIC_ONLY.allows(InetAddress.getByAddress(mapped)))
          .as("as Java reads")
          .isFalse();
    }
  }

  @Test
  void aNetworkThatIsNamedIsAllowedAndNoOther() {
    AddressRule rule =
        new AddressRule(List.of(Network.of("10.20.0.0/16"), Network.of("fd00:1::/32")));
    assertThat(allowed(rule, "10.20.0.0", "10.20.255.255", "fd00:1::1", "8.8.8.8"))
        .containsOnly(true);
    assertThat(
            allowed(
                rule,
                "10.19.255.255",
                "10.21.0.0",
                "127.0.0.1",
                "fd00:2::1",
                "64:ff9b::10.20.0.1",
                "2002:a14:1::1"))
        .containsOnly(false);
  }

  private static Stream<Boolean> allowed(AddressRule rule, String... addresses) {
    return Stream.of(addresses).map(address -> rule.allows(InetAddress.ofLiteral(address)));
  }

  /// Whatever Java itself calls by a name, and whatever carries it, is refused, wherever in its
  /// network it lies; what is allowed is exactly what is named.
  @Test
  void noAddressThatJavaKnowsToBeSpecialIsAllowedWhateverCarriesIt() throws UnknownHostException {
    long seed = Seed.of("addresses");
    Random random = new Random(seed);
    int special = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(bytes);
      bytes[0] = first(random, bytes);
      InetAddress address = InetAddress.getByAddress(bytes);
      boolean allowed = PUBLIC_ONLY.allows(address);
      if (address.isAnyLocalAddress()
          || address.isLoopbackAddress()
          || address.isLinkLocalAddress()
          || address.isSiteLocalAddress()
          || address.isMulticastAddress()) {
        special++;
        assertThat(allowed).as("seed %d, %s", seed, address).isFalse();
      }
      if (bytes.length == 4) {
        for (InetAddress carrier : carriers(bytes)) {
          assertThat(PUBLIC_ONLY.allows(carrier))
              .as("seed %d, %s in %s", seed, address, carrier)
              .isEqualTo(allowed);
        }
      }
      int bits = random.nextInt(1, bytes.length * 8 + 1);
      Network around = around(bytes, bits);
      AddressRule rule = new AddressRule(List.of(around));
      assertThat(rule.allows(address)).as("seed %d, %s in %s", seed, address, around).isTrue();
      bytes[(bits - 1) / 8] ^= (byte) (0x80 >> (bits - 1) % 8);
      InetAddress beside = InetAddress.getByAddress(bytes);
      assertThat(rule.allows(beside))
          .as("seed %d, %s beside %s", seed, beside, around)
          .isEqualTo(PUBLIC_ONLY.allows(beside));
    }
    assertThat(special).as("seed %d", seed).isGreaterThan(ROUNDS / 20);
  }

  /// Special addresses are few, so every other one begins as they do.
  private static byte first(Random random, byte[] bytes) {
    byte[] v4 = {0, 10, 127, (byte) 169, (byte) 172, (byte) 192, (byte) 224};
    byte[] v6 = {0, 0x20, 0x3f, (byte) 0xfc, (byte) 0xfe, (byte) 0xff};
    byte[] known = bytes.length == 4 ? v4 : v6;
    return random.nextBoolean() ? bytes[0] : known[random.nextInt(known.length)];
  }

  private static List<InetAddress> carriers(byte[] v4) throws UnknownHostException {
    byte[] nat64 = InetAddress.ofLiteral("64:ff9b::").getAddress();
    System.arraycopy(v4, 0, nat64, 12, 4);
    byte[] sixToFour = InetAddress.ofLiteral("2002::1").getAddress();
    System.arraycopy(v4, 0, sixToFour, 2, 4);
    byte[] teredoServer = InetAddress.ofLiteral("2001:0::f7f7:f7f7").getAddress();
    System.arraycopy(v4, 0, teredoServer, 4, 4);
    byte[] teredoClient = InetAddress.ofLiteral("2001:0:808:808::").getAddress();
    for (int i = 0; i < 4; i++) {
      teredoClient[12 + i] = (byte) ~v4[i];
    }
    return List.of(
        InetAddress.getByAddress(nat64),
        InetAddress.getByAddress(sixToFour),
        InetAddress.getByAddress(teredoServer),
        InetAddress.getByAddress(teredoClient));
  }

  private static Network around(byte[] address, int bits) throws UnknownHostException {
    byte[] first = address.clone();
    for (int i = bits; i < first.length * 8; i++) {
      first[i / 8] &= (byte) ~(0x80 >> i % 8);
    }
    return new Network(plain(first), bits);
  }

  /// As it is, without Java's reading of what is mapped.
  private static InetAddress plain(byte[] bytes) throws UnknownHostException {
    return bytes.length == 4
        ? InetAddress.getByAddress(bytes)
        : Inet6Address.getByAddress(null, bytes, -1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.1/8",
        "10/8",
        "localhost/8",
        "10.0.0.256/32",
        "0x0a.0.0.0/8",
        "fd00::/129",
        "fd00::1/8",
        "fe80::1%0/64",
        "::ffff:10.0.0.0/104",
        "10.0.0.0/8/8"
      })
  void whatIsNoNetworkIsRefused(String text) {
    assertThatThrownBy(() -> Network.of(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
