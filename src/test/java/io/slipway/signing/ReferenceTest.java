package io.slipway.signing;

import static io.slipway.signing.Signed.authorities;
import static io.slipway.signing.Signed.keys;
import static io.slipway.signing.Signed.path;
import static io.slipway.signing.Signed.refusal;
import static io.slipway.signing.Signed.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.BundleReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against signatures of the reference tool of OpenSSF Model Signing.
class ReferenceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void itsSignaturesHoldByEveryCurveAndByCertificate() {
    for (String name : List.of("release", "p384", "p521")) {
      assertThat(verify(keys("p384.pem", "release.pem", "p521.pem"), Signed.file(name + ".sig")))
          .isEqualTo(new Signer(name, Signer.Method.KEY));
    }
    for (String authority : List.of("root.crt", "middle.crt", "trainer.crt")) {
      assertThat(verify(authorities(authority), Signed.file("trainer.sig")))
          .as(authority)
          .isEqualTo(new Signer("trainer@example.com", Signer.Method.CERTIFICATE));
    }
  }

  @Test
  void oursHaveEveryMemberThatItsHaveAndHold() throws IOException {
    for (String name : List.of("release", "p384", "p521")) {
      byte[] ours = SigningKey.of(path(name + ".key"), null).sign(Signed.contents());
      assertThat(verify(keys(name + ".pem"), ours).name()).isEqualTo(name);
      JsonNode its = JSON.readTree(Signed.file(name + ".sig"));
      JsonNode own = JSON.readTree(ours);
      assertThat(own.get("verificationMaterial")).isEqualTo(its.get("verificationMaterial"));
      assertThat(own.get("mediaType")).isEqualTo(its.get("mediaType"));
      JsonNode statement = payload(own);
      assertThat(statement.properties()).hasSameSizeAs(payload(its).properties());
      assertThat(statement.at("/predicate/resources"))
          .as("each file with its digest")
          .containsExactlyInAnyOrderElementsOf(payload(its).at("/predicate/resources"));
    }
    byte[] ours = SigningKey.of(path("trainer.key"), path("trainer.crt")).sign(Signed.contents());
    assertThat(verify(authorities("root.crt"), ours).name()).isEqualTo("trainer@example.com");
    assertThat(JSON.readTree(ours).get("verificationMaterial"))
        .isEqualTo(JSON.readTree(Signed.file("trainer.sig")).get("verificationMaterial"));
  }

  @Test
  void whatWasChangedAddedOrTakenAwaySinceIsNamed(@TempDir Path temp) throws IOException {
    Path copy = copy(temp);
    Files.writeString(copy.resolve("notes.txt"), "changed");
    Files.writeString(copy.resolve("more.txt"), "added");
    Files.writeString(copy.resolve(".gitignore"), "ignored by the signature, and in the bundle");
    Files.delete(copy.resolve("notes/more.txt"));
    assertThatThrownBy(
            () ->
                keys("release.pem")
                    .verify(
                        Signed.file("release.sig"),
                        "model.sig",
                        Contents.of(new BundleReader().open(copy)),
                        true,
                        Signed.NOW))
        .satisfies(
            e ->
                assertThat(((io.slipway.bundle.InvalidBundle) e).findings())
                    .extracting(each -> each.code() + " " + each.where())
                    .containsExactlyInAnyOrder(
                        "changed_file notes.txt",
                        "unsigned_file more.txt",
                        "unsigned_file .gitignore",
                        "missing_file notes/more.txt"));
  }

  @Test
  void aFolderThatIsNoBundleIsJudgedByTheFormatsOwnRules(@TempDir Path temp) throws IOException {
    Path copy = copy(temp);
    Files.createDirectories(copy.resolve(".git/objects"));
    Files.writeString(copy.resolve(".git/objects/x"), "left out");
    Files.writeString(copy.resolve("model.sig"), "left out");
    Trust trust = keys("release.pem");
    byte[] signature = Signed.file("release.sig");
    Contents contents = Contents.of(copy, List.of("model.sig"));
    assertThat(trust.verify(signature, "model.sig", contents, false, Signed.NOW).name())
        .isEqualTo("release");
    Contents more = Contents.of(copy, List.of());
    assertThat(refusal(() -> trust.verify(signature, "model.sig", more, false, Signed.NOW)))
        .containsExactly("unsigned_file");
    Files.createSymbolicLink(copy.resolve("link"), copy.resolve("notes.txt"));
    assertThat(refusal(() -> Contents.of(copy, List.of("model.sig"))))
        .containsExactly("unsafe_entry");
    assertThat(refusal(() -> Contents.of(temp.resolve("empty"), List.of())))
        .containsExactly("nothing_to_sign");
  }

  @Test
  void whoIsNotTrustedIsNotBelieved() {
    byte[] byKey = Signed.file("release.sig");
    byte[] byCertificate = Signed.file("trainer.sig");
    assertThat(refusal(() -> verify(keys("p384.pem"), byKey))).containsExactly("unknown_signer");
    assertThat(refusal(() -> verify(authorities("root.crt"), byKey)))
        .containsExactly("unknown_signer");
    assertThat(refusal(() -> verify(keys("trainer.pem"), byCertificate)))
        .as("by a certificate's word the key alone does not count")
        .containsExactly("unknown_signer");
    assertThat(refusal(() -> verify(authorities("over.crt"), byCertificate)))
        .containsExactly("unknown_signer");
    Trust others = Trust.of(List.of(), List.of(path("root.crt")), List.of("*@example.org"));
    assertThat(refusal(() -> verify(others, byCertificate))).containsExactly("unknown_signer");
    Trust these = Trust.of(List.of(), List.of(path("root.crt")), List.of("x", "*@example.com"));
    assertThat(verify(these, byCertificate).name()).isEqualTo("trainer@example.com");
  }

  @Test
  void aCertificateCountsInItsTimeAndForItsPurposeOnly() {
    Trust root = authorities("root.crt");
    for (String when : List.of("2025-12-31T23:59:59Z", "2126-01-02T00:00:00Z")) {
      assertThat(
              refusal(
                  () ->
                      root.verify(
                          Signed.file("trainer.sig"),
                          "model.sig",
                          Signed.contents(),
                          true,
                          Instant.parse(when))))
          .as(when)
          .containsExactly("unknown_signer");
      assertThat(
              refusal(
                  () ->
                      authorities("trainer.crt")
                          .verify(
                              Signed.file("trainer.sig"),
                              "model.sig",
                              Signed.contents(),
                              true,
                              Instant.parse(when))))
          .as("trusted by itself, " + when)
          .containsExactly("unknown_signer");
    }
    for (String certificate : List.of("may-not.crt", "over.crt")) {
      byte[] signature =
          SigningKey.of(path("trainer.key"), path(certificate)).sign(Signed.contents());
      assertThat(refusal(() -> verify(root, signature)))
          .as(certificate)
          .containsExactly("unknown_signer");
    }
  }

  @Test
  void noByteOfAFileCanBeChangedSoThatItSaysSomethingElse() throws IOException {
    Trust trust = keys("release.pem");
    byte[] signature = Signed.file("release.sig");
    byte[] statement = payloadBytes(JSON.readTree(signature));
    int held = 0;
    for (int at = 0; at < signature.length; at++) {
      byte[] changed = signature.clone();
      changed[at] ^= 1;
      try {
        verify(trust, changed);
        assertThat(payloadBytes(JSON.readTree(changed))).as("byte " + at).isEqualTo(statement);
        held++;
      } catch (io.slipway.bundle.InvalidBundle e) {
        assertThat(e.findings().getFirst().code())
            .as("byte " + at)
            .isIn("bad_signature", "unknown_signer");
      }
    }
    assertThat(held).as("what is not signed: the hint, the key's name").isBetween(1, 200);
    for (int length = 0; length < signature.length; length += 7) {
      byte[] cut = Arrays.copyOf(signature, length);
      assertThat(refusal(() -> verify(trust, cut))).containsExactly("bad_signature");
    }
  }

  @Test
  void whatIsNotOfTheFormatIsRefusedEvenWhereTheKeyHasSignedIt() throws IOException {
    Trust trust = keys("release.pem");
    List<Consumer<ObjectNode>> faults =
        List.of(
            root -> root.put("mediaType", "application/vnd.dev.sigstore.bundle+json;version=0.1"),
            root -> root.remove("verificationMaterial"),
            root -> root.remove("dsseEnvelope"),
            root -> ((ObjectNode) root.get("dsseEnvelope")).put("payloadType", "text/plain"),
            root -> ((ObjectNode) root.get("dsseEnvelope")).putArray("signatures"),
            root ->
                root.withArray("/dsseEnvelope/signatures")
                    .add(root.at("/dsseEnvelope/signatures/0").deepCopy()));
    for (Consumer<ObjectNode> fault : faults) {
      ObjectNode root = (ObjectNode) JSON.readTree(Signed.file("release.sig"));
      fault.accept(root);
      assertThat(refusal(() -> verify(trust, root.toString().getBytes(StandardCharsets.UTF_8))))
          .as(root.toString())
          .containsExactly("bad_signature");
    }
    String good =
        new String(payloadBytes(JSON.readTree(Signed.file("release.sig"))), StandardCharsets.UTF_8);
    assertThat(refusal(() -> verify(trust, resigned("{}")))).containsExactly("bad_signature");
    for (String[] change :
        List.of(
            new String[] {"in-toto.io/Statement/v1", "in-toto.io/Statement/v0.1"},
            new String[] {"model_signing/signature/v1.0", "model_signing/Digests/v0.1"},
            new String[] {"\"files\"", "\"shards\""},
            new String[] {"\"hash_type\": \"sha256\"", "\"hash_type\": \"blake3\""},
            new String[] {"\"algorithm\": \"sha256\"", "\"algorithm\": \"blake3\""},
            new String[] {"notes.txt", "model.onnx"},
            new String[] {"\"resources\":", "\"more\":"})) {
      assertThat(good).contains(change[0]);
      assertThat(refusal(() -> verify(trust, resigned(good.replace(change[0], change[1])))))
          .as(change[0])
          .containsExactly("bad_signature");
    }
    assertThat(verify(trust, resigned(good)).name()).isEqualTo("release");
    ObjectNode keyless = (ObjectNode) JSON.readTree(Signed.file("release.sig"));
    keyless.putObject("verificationMaterial").putObject("certificate").put("rawBytes", "MAo=");
    assertThat(refusal(() -> verify(trust, keyless.toString().getBytes(StandardCharsets.UTF_8))))
        .containsExactly("unknown_signer");
  }

  @Test
  void aKeyThatCantBeUsedIsToldApart(@TempDir Path temp) throws IOException {
    for (String[] file :
        List.of(
            new String[] {"", "no PEM block"},
            new String[] {"-----BEGIN PRIVATE KEY-----\nMAo=\n-----END PRIVATE KEY-----", "curve"},
            new String[] {
              "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAo=\n-----END ENCRYPTED PRIVATE KEY-----",
              "decrypt"
            },
            new String[] {
              "-----BEGIN EC PRIVATE KEY-----\nMIT/////\n-----END EC PRIVATE KEY-----", "curve"
            },
            new String[] {Files.readString(path("release.pem")), "no private key"})) {
      Path key = Files.writeString(temp.resolve("key"), file[0]);
      assertThatThrownBy(() -> SigningKey.of(key, null))
          .isInstanceOf(UnusableKey.class)
          .hasMessageContaining(file[1]);
    }
    assertThatThrownBy(() -> SigningKey.of(path("release.key"), path("trainer.crt")))
        .isInstanceOf(UnusableKey.class)
        .hasMessageContaining("does not match");
    assertThatThrownBy(() -> keys("root.crt")).isInstanceOf(UnusableKey.class);
    assertThatThrownBy(() -> authorities("release.pem")).isInstanceOf(UnusableKey.class);
    assertThatThrownBy(() -> keys("absent.pem")).isInstanceOf(UnusableKey.class);
  }

  /// `statement`, signed by the key `release`.
  private static byte[] resigned(String statement) {
    try {
      byte[] payload = statement.getBytes(StandardCharsets.UTF_8);
      java.security.Signature signature = java.security.Signature.getInstance("SHA256withECDSA");
      signature.initSign(PrivateKeyFile.read(path("release.key")).secret());
      signature.update(SignatureFile.signedBytes(payload));
      return new SignatureFile(new Evidence.Key(null), payload, signature.sign()).write();
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] payloadBytes(JsonNode file) {
    return Base64.getDecoder().decode(file.at("/dsseEnvelope/payload").asText());
  }

  private static JsonNode payload(JsonNode file) throws IOException {
    return JSON.readTree(payloadBytes(file));
  }

  private static Path copy(Path temp) throws IOException {
    Path copy = temp.resolve("bundle");
    Files.createDirectories(temp.resolve("empty"));
    try (var all = Files.walk(Signed.BUNDLE)) {
      for (Path each : all.toList()) {
        Files.copy(each, copy.resolve(Signed.BUNDLE.relativize(each).toString()));
      }
    }
    return copy;
  }
}
