package io.slipway.journey;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slipway.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Connections on which no request comes to its end, or none comes at all, against the packaged
/// jar: without TLS, with it, and over HTTP/2.
class HeadDeadlineIT {
  private static final String SECRET = "of-the-tests";
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
  private static final String REQUEST = "GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

  /// Longer than a head may take, shorter than a connection may rest.
  private static final Duration REST = Duration.ofMillis(1_500);

  @TempDir static Path temp;
  private static Server server;
  private static SSLContext tls;
  private static int tlsPort;

  @BeforeAll
  static void start() throws Exception {
    Path keys = temp.resolve("keys.p12");
    keytool(keys);
    tls = trusting(keys);
    tlsPort = FreePort.find();
    server =
        Server.launch(
            temp.resolve("data"),
            Map.of(
                "SLIPWAY_SAMPLES_ENABLED",
                "false",
                "SLIPWAY_GATEWAY_HEAD_TIME",
                "1s",
                "QUARKUS_HTTP_IDLE_TIMEOUT",
                "4s",
                "QUARKUS_HTTP_SSL_PORT",
                Integer.toString(tlsPort),
                "QUARKUS_TLS_KEY_STORE_P12_PATH",
                keys.toString(),
                "QUARKUS_TLS_KEY_STORE_P12_PASSWORD",
                SECRET));
    server.awaitReady();
    // The first handshake takes both sides longer than a head may.
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              try (Socket socket = encrypted()) {
                answered(socket);
              }
            });
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void keytool(Path keys) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "server",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-keystore",
                keys.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                SECRET)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static SSLContext trusting(Path keys) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, SECRET.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", store.getCertificate("server"));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static Socket plain() throws IOException {
    return limited(new Socket(InetAddress.getLoopbackAddress(), server.uri("/").getPort()));
  }

  private static Socket encrypted() throws IOException {
    return limited(tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), tlsPort));
  }

  private static Socket limited(Socket socket) throws IOException {
    socket.setSoTimeout(30_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    socket.getOutputStream().flush();
  }

  private static void answered(Socket socket) throws IOException {
    say(socket, REQUEST);
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      assertThat(c).as(head.toString()).isNotNegative();
      head.append((char) c);
    }
    Matcher length = LENGTH.matcher(head);
    assertThat(length.find()).as(head.toString()).isTrue();
    in.skipNBytes(Long.parseLong(length.group(1)));
    assertThat(head.toString()).startsWith("HTTP/1.1 200");
  }

  /// Says a byte of `text` every 50 ms, over and over, until the other side has closed.
  private static void dripsUntilClosed(Socket socket, byte[] text) {
    int[] next = {0};
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              try {
                socket.getOutputStream().write(text, next[0]++ % text.length, 1);
                socket.getOutputStream().flush();
                return isClosed(socket);
              } catch (IOException e) {
                return true;
              }
            });
  }

  private static boolean isClosed(Socket socket) throws IOException {
    socket.setSoTimeout(1);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  private static byte[] endless() {
    return "X-Part: of a head without end\r\n".getBytes(US_ASCII);
  }

  @Test
  void aConnectionThatSaysNothingIsClosedBeforeItsIdleTime() throws Exception {
    try (Socket socket = plain()) {
      long begun = System.nanoTime();
      assertThat(socket.getInputStream().read()).isNegative();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void aHeadThatDripsIsClosed() throws Exception {
    try (Socket socket = plain()) {
      say(socket, "GET /models HTTP/1.1\r\n");
      dripsUntilClosed(socket, endless());
    }
  }

  @Test
  void aHeadThatDripsWithinTlsIsClosed() throws Exception {
    try (Socket socket = encrypted()) {
      answered(socket);
      say(socket, "GET /models HTTP/1.1\r\n");
      dripsUntilClosed(socket, endless());
    }
  }

  @Test
  void aKeptConnectionMayRestAndAskAgainAndDripNoMoreThanAnother() throws Exception {
    try (Socket socket = plain();
        Socket secret = encrypted()) {
      for (int i = 0; i < 2; i++) {
        answered(socket);
        answered(secret);
        TimeUnit.NANOSECONDS.sleep(REST.toNanos());
      }
      answered(socket);
      answered(secret);
      dripsUntilClosed(socket, endless());
    }
  }

  @Test
  void aBodyMayTakeLongerThanAHead() throws Exception {
    try (Socket socket = plain()) {
      say(
          socket,
          "POST /api/v1/models/slow/versions HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: application/zip\r\nContent-Length: 4\r\n\r\n");
      for (String piece : "nope".split("")) {
        TimeUnit.NANOSECONDS.sleep(REST.dividedBy(2).toNanos());
        say(socket, piece);
      }
      byte[] answer = socket.getInputStream().readNBytes(12);
      assertThat(new String(answer, US_ASCII)).isEqualTo("HTTP/1.1 400");
    }
  }

  @Test
  void aConnectionOfHttp2ThatOnlyPingsIsToldToGo() throws Exception {
    try (Socket socket = plain()) {
      say(socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      socket.getOutputStream().write(HexFormat.of().parseHex("000000040000000000"));
      dripsUntilClosed(socket, HexFormat.of().parseHex("0000080600000000000123456789abcdef"));
    }
  }
}
