package io.slipway.cli;

import static io.slipway.cli.Terminal.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.bundle.BundleArchive;
import io.slipway.cli.Terminal.Done;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Signing and verifying as a person does it at a terminal.
class SigningVerbsTest {
  private static final Path KEYS = Path.of("src/test/resources/signing");

  private static String key(String name) {
    return KEYS.resolve(name).toString();
  }

  private static Path copy(Path to) throws IOException {
    try (var all = Files.walk(KEYS.resolve("bundle"))) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(KEYS.resolve("bundle").relativize(each).toString()));
      }
    }
    return to;
  }

  @Test
  void aFolderIsSignedVerifiedChangedAndRefused(@TempDir Path temp) throws IOException {
    String bundle = copy(temp.resolve("bundle")).toString();
    Done unsigned = run("verify", bundle, "--key", key("release.pem"));
    assertThat(unsigned.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(unsigned.err()).contains("is not signed");

    Done signed = run("sign", bundle, "--key", key("release.key"));
    assertThat(signed.exit()).as(signed.err()).isZero();
    assertThat(signed.out()).contains("model.sig");
    assertThat(run("verify", bundle, "--key", key("release.pem")).out())
        .contains("good: signed by release");
    assertThat(run("verify", bundle, "--key", key("p384.pem"), "--key", key("release.pem")).exit())
        .isZero();
    assertThat(run("verify", bundle, "--key", key("p384.pem")).err()).contains("unknown_signer");

    Files.writeString(Path.of(bundle, "notes.txt"), "changed");
    Done changed = run("verify", bundle, "--key", key("release.pem"));
    assertThat(changed.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(changed.err()).contains("changed_file", "notes.txt");
    assertThat(run("sign", bundle, "--key", key("p521.key")).exit()).as("again").isZero();
    assertThat(run("verify", bundle, "--key", key("p521.pem")).exit()).isZero();
  }

  @Test
  void anArchiveCarriesItsSignatureAndAFileHasItBeside(@TempDir Path temp) throws IOException {
    Path zip = temp.resolve("bundle.zip");
    BundleArchive.pack(KEYS.resolve("bundle"), zip);
    Done signed =
        run(
            "sign",
            zip.toString(),
            "--key",
            key("trainer.key"),
            "--certificate",
            key("trainer.crt"));
    assertThat(signed.exit()).as(signed.err()).isZero();
    Done verified = run("verify", zip.toString(), "--certificate-chain", key("root.crt"), "--json");
    assertThat(verified.json().at("/signed/by").asText()).isEqualTo("trainer@example.com");
    assertThat(verified.json().at("/signed/method").asText()).isEqualTo("certificate");
    assertThat(run("sign", zip.toString(), "--key", key("p384.key"), "--ignore", "x").exit())
        .isEqualTo(ExitCode.MISUSED);

    Path apart = temp.resolve("apart.sig");
    assertThat(run("sign", zip.toString(), "--key", key("p384.key"), "-o", apart.toString()).exit())
        .isZero();
    assertThat(
            run("verify", zip.toString(), "--key", key("p384.pem"), "--signature", apart.toString())
                .exit())
        .isZero();

    Path model = Files.writeString(temp.resolve("model.onnx"), "weights");
    assertThat(run("sign", model.toString(), "--key", key("p384.key")).exit()).isZero();
    assertThat(temp.resolve("model.onnx.sig")).exists();
    assertThat(run("verify", model.toString(), "--key", key("p384.pem")).exit()).isZero();
    Files.writeString(model, "others");
    assertThat(run("verify", model.toString(), "--key", key("p384.pem")).exit())
        .isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void aKeyThatIsNoneIsWrongUsage(@TempDir Path temp) throws IOException {
    String bundle = copy(temp.resolve("bundle")).toString();
    assertThat(run("sign", bundle, "--key", key("release.pem")).exit()).isEqualTo(ExitCode.MISUSED);
    assertThat(run("sign", bundle).exit()).isEqualTo(ExitCode.MISUSED);
    assertThat(run("verify", bundle, "--signature", "x").exit()).isEqualTo(ExitCode.MISUSED);
    assertThat(run("verify", bundle, "--key", key("root.crt")).exit()).isEqualTo(ExitCode.REFUSED);
  }
}
