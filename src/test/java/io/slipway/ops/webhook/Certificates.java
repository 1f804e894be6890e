package io.slipway.ops.webhook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Certificates of receivers, made by the platform's `keytool`, each its own authority.
final class Certificates {
  static final String PASSWORD = "of-the-tests";

  /// Trusted, of the names that the tests' receivers have.
  static final String GOOD = "good";

  /// Trusted, of another name.
  static final String ANOTHERS = "anothers";

  /// Of the right names, and trusted by nobody.
  static final String STRANGE = "strange";

  private static final Path FOLDER = made();

  private Certificates() {}

  private static Path made() {
    try {
      Path folder = Files.createTempDirectory("slipway-webhooks");
      make(folder, GOOD, "san=dns:localhost,dns:receiver.example.com");
      make(folder, ANOTHERS, "san=dns:another.example.com");
      make(folder, STRANGE, "san=dns:localhost,dns:receiver.example.com");
      return folder;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Path store(String name) {
    return FOLDER.resolve(name + ".p12");
  }

  static Path certificate(String name) {
    return FOLDER.resolve(name + ".crt");
  }

  private static void make(Path folder, String name, String extension) {
    String store = folder.resolve(name + ".p12").toString();
    keytool(
        "-genkeypair",
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=" + name,
        "-ext",
        extension,
        "-validity",
        "3650",
        "-keystore",
        store,
        "-storepass",
        PASSWORD,
        "-storetype",
        "PKCS12");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        name,
        "-keystore",
        store,
        "-storepass",
        PASSWORD,
        "-file",
        folder.resolve(name + ".crt").toString());
  }

  private static void keytool(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new AssertionError(command + ": " + said);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
