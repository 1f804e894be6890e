package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.slipway.bundle.BundleArchive;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import io.slipway.process.database.EmbeddedDatabaseResource;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bundles that the reference tool has signed, registered where one of its keys is trusted.
@QuarkusTest
@TestProfile(SignedBundlesTest.Trusting.class)
class SignedBundlesTest {
  private static final Path SIGNED = Path.of("src/test/resources/signing");
  private static final Caller ANNA = new Caller("anna", "request-1");
  private static final ObjectMapper JSON = new ObjectMapper();

  /// One key and one authority are trusted.
  public static final class Trusting implements QuarkusTestProfile {
    @Override
    public Set<Class<?>> getEnabledAlternatives() {
      return Set.of(HandCheck.class);
    }

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "slipway.signing.keys", SIGNED.resolve("release.pem").toString(),
          "slipway.signing.authorities", SIGNED.resolve("root.crt").toString());
    }

    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(new TestResourceEntry(EmbeddedDatabaseResource.class));
    }
  }

  /// Settings as a test has them.
  private record Settings(
      Optional<List<Path>> keys,
      Optional<List<Path>> authorities,
      Optional<List<String>> names,
      boolean required)
      implements SigningConfig {
    static Settings of(boolean required, Path... keys) {
      return new Settings(Optional.of(List.of(keys)), Optional.empty(), Optional.empty(), required);
    }
  }

  @Inject Registry registry;

  @Test
  void whoHasSignedIsPartOfTheVersionAndOfTheHistory(@TempDir Path temp) throws IOException {
    register("signed", bundle(temp, "release.sig"));
    VersionDetail detail = registry.detail("signed", 1);
    assertThat(detail.checks().get("signed").toString())
        .isEqualTo("{\"by\":\"release\",\"method\":\"key\"}");
    assertThat(detail.files()).extracting(file -> file.get("path").asText()).contains("model.sig");
    String history = registry.history("signed", null, 1).items().getFirst().detail();
    assertThat(JSON.readTree(history).at("/signed/by").asText()).isEqualTo("release");

    register("signed", bundle(temp, "trainer.sig"));
    assertThat(registry.detail("signed", 2).checks().at("/signed/by").asText())
        .isEqualTo("trainer@example.com");
    register("signed", bundle(temp, null));
    assertThat(registry.detail("signed", 3).checks().has("signed")).isFalse();
  }

  @Test
  void aSignatureThatIsThereMustHoldThoughNoneIsAskedFor(@TempDir Path temp) throws IOException {
    assertThat(refused("wrong", bundle(temp, "p384.sig"))).containsExactly("unknown_signer");
    Path changed = bundle(temp, "release.sig");
    Files.writeString(changed.resolve("notes.txt"), "changed");
    assertThat(refused("wrong", changed)).containsExactly("changed_file");
    Files.writeString(changed.resolve("model.sig"), "{}");
    assertThat(refused("wrong", changed)).containsExactly("bad_signature");
    assertThat(registry.history("wrong", null, 10).items())
        .extracting(AuditEntry::action)
        .containsOnly("version.rejected");
  }

  @Test
  void aModelsPolicyAsksForASignatureAtRegistrationAndAtEveryMove(@TempDir Path temp)
      throws IOException {
    register("asks", bundle(temp, null));
    register("asks", bundle(temp, "release.sig"));
    registry.patch("asks", JSON.readTree("{\"policy\":{\"signed\":\"required\"}}"), null, ANNA);
    Path another = bundle(temp, null);
    Files.writeString(another.resolve("notes.txt"), "another");
    assertThat(refused("asks", another)).containsExactly("unsigned");
    assertThat(refused("asks", bundle(temp, null)))
        .as("not even where it is there already")
        .containsExactly("unsigned");
    assertThatThrownBy(() -> promote(1))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("not signed");
    assertThat(promote(2).version()).isEqualTo(2);
    assertThatThrownBy(
            () ->
                registry.patch(
                    "asks", JSON.readTree("{\"policy\":{\"signed\":\"perhaps\"}}"), null, ANNA))
        .isInstanceOf(Refusal.InvalidValue.class);
  }

  @Test
  void theServiceCanAskForSignaturesOfAll(@TempDir Path temp) throws IOException {
    Path key = SIGNED.resolve("release.pem");
    InstantSource clock = InstantSource.system();
    SignatureCheck check = new SignatureCheck(Settings.of(true, key), clock);
    assertThat(check.signer(new BundleReader().open(bundle(temp, "release.sig")), false).name())
        .isEqualTo("release");
    assertThatThrownBy(() -> check.signer(new BundleReader().open(bundle(temp, null)), false))
        .isInstanceOf(InvalidBundle.class)
        .hasMessageContaining("must be signed");
    assertThatThrownBy(() -> new SignatureCheck(Settings.of(true), clock))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no signer is trusted");
    assertThatThrownBy(() -> new SignatureCheck(Settings.of(false, temp.resolve("x")), clock))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("slipway.signing");
    SignatureCheck trustsNobody = new SignatureCheck(Settings.of(false), clock);
    assertThat(trustsNobody.signer(new BundleReader().open(bundle(temp, "p384.sig")), false))
        .as("nobody is trusted, so it is no more than a file")
        .isNull();
    assertThatThrownBy(
            () -> trustsNobody.signer(new BundleReader().open(bundle(temp, "p384.sig")), true))
        .isInstanceOf(InvalidBundle.class);
  }

  private StageMoved promote(int version) {
    return registry.promote(
        new Promotion("asks", "production", version, "a test", null, ANNA), chosen -> {});
  }

  private void register(String model, Path bundle) throws IOException {
    Path zip = bundle.resolveSibling(bundle.getFileName() + ".zip");
    BundleArchive.pack(bundle, zip);
    registry.register(
        Upload.streamed(
            model,
            new ByteArrayInputStream(Files.readAllBytes(zip)),
            Upload.Kind.ZIP,
            false,
            null,
            ANNA));
  }

  private List<String> refused(String model, Path bundle) throws IOException {
    try {
      register(model, bundle);
    } catch (InvalidBundle e) {
      return e.findings().stream().map(Finding::code).toList();
    }
    throw new AssertionError("it was registered");
  }

  /// A copy of the bundle with a signature of the reference tool, or none.
  private static Path bundle(Path temp, String signature) throws IOException {
    Path copy = Files.createTempDirectory(temp, "bundle");
    Path from = SIGNED.resolve("bundle");
    try (var all = Files.walk(from)) {
      for (Path each : all.filter(path -> !path.equals(from)).toList()) {
        Files.copy(each, copy.resolve(from.relativize(each).toString()));
      }
    }
    if (signature != null) {
      Files.copy(SIGNED.resolve(signature), copy.resolve("model.sig"));
    }
    return copy;
  }
}
