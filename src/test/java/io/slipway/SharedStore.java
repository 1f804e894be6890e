package io.slipway;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// An S3 server (S3Proxy, a process of its own) with one bucket, which lies in a folder, so that a
/// drill can put other bytes there. It refuses an archive that has not the checksum that it is
/// told.
public final class SharedStore implements AutoCloseable {
  public static final String BUCKET = "models";
  private static final String ID = "drill";
  private static final String SECRET = "the-secret-of-the-drill";

  private final Path folder;
  private final int port;
  private Process server;

  private SharedStore(Path folder, int port) throws IOException {
    this.folder = folder;
    this.port = port;
    this.server = run();
  }

  public static SharedStore start(Path folder) throws IOException {
    Files.createDirectories(folder.resolve(BUCKET));
    return new SharedStore(folder, FreePort.find());
  }

  private Process run() throws IOException {
    Path properties = folder.resolveSibling("s3.properties");
    Files.write(
        properties,
        List.of(
            "s3proxy.endpoint=http://127.0.0.1:" + port,
            "s3proxy.authorization=aws-v4",
            "s3proxy.identity=" + ID,
            "s3proxy.credential=" + SECRET,
            "jclouds.provider=filesystem-nio2",
            "jclouds.filesystem.basedir=" + folder));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                Path.of("target", "s3proxy").toAbsolutePath()
                    + "/*"
                    + File.pathSeparator
                    + System.getProperty("java.class.path"),
                "org.gaul.s3proxy.Main",
                "--properties",
                properties.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolveSibling("s3.log").toFile())
            .start();
    await().atMost(Duration.ofSeconds(60)).until(() -> listens(process));
    return process;
  }

  private boolean listens(Process process) throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError(Files.readString(folder.resolveSibling("s3.log")));
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /// What a replica needs to use it.
  public Map<String, String> settings() {
    return Map.of(
        "SLIPWAY_STORE_BUCKET",
        BUCKET,
        "QUARKUS_S3_ENDPOINT_OVERRIDE",
        "http://127.0.0.1:" + port,
        "QUARKUS_S3_PATH_STYLE_ACCESS",
        "true",
        "AWS_ACCESS_KEY_ID",
        ID,
        "AWS_SECRET_ACCESS_KEY",
        SECRET);
  }

  public int port() {
    return port;
  }

  /// The same as properties of a service in this process.
  ///
  /// @param by the port of a proxy before it
  public Map<String, String> properties(int by) {
    return Map.of(
        "slipway.store.bucket",
        BUCKET,
        "quarkus.s3.endpoint-override",
        "http://127.0.0.1:" + by,
        "quarkus.s3.path-style-access",
        "true",
        "quarkus.s3.aws.credentials.type",
        "static",
        "quarkus.s3.aws.credentials.static-provider.access-key-id",
        ID,
        "quarkus.s3.aws.credentials.static-provider.secret-access-key",
        SECRET);
  }

  /// A client of it.
  public S3Client client() {
    return client(port);
  }

  /// A client of it.
  ///
  /// @param by the port of a proxy before it
  public S3Client client(int by) {
    return S3Client.builder()
        .httpClient(UrlConnectionHttpClient.create())
        .endpointOverride(URI.create("http://127.0.0.1:" + by))
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ID, SECRET)))
        .build();
  }

  /// Where an archive lies.
  ///
  /// @param digest as the API gives it
  public Path file(String digest) {
    String hex = digest.replace("sha256:", "");
    return folder.resolve(BUCKET).resolve("slipway").resolve(hex.substring(0, 2)).resolve(hex);
  }

  public void stop() {
    server.destroyForcibly().onExit().join();
  }

  public void restart() throws IOException {
    server = run();
  }

  @Override
  public void close() {
    stop();
  }
}
