package io.slipway.registry;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.InvalidBundle;
import io.slipway.signing.Contents;
import io.slipway.signing.Signer;
import io.slipway.signing.Trust;
import io.slipway.signing.UnusableKey;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Verifies the signature of a bundle before it is registered. If no signer is trusted,
/// signatures are ignored. Otherwise a signature must be valid: an invalid one is refused, not
/// treated as missing. Keys that can't be read prevent the start.
@Singleton
@Startup
class SignatureCheck {
  private static final long MOST_BYTES = 16 << 20;

  private final Trust trust;
  private final boolean required;
  private final InstantSource clock;

  @Inject
  SignatureCheck(SigningConfig config, InstantSource clock) {
    try {
      this.trust =
          Trust.of(
              config.keys().orElse(List.of()),
              config.authorities().orElse(List.of()),
              config.names().orElse(List.of()));
    } catch (UnusableKey e) {
      throw new ConfigurationException("slipway.signing: " + e.getMessage());
    }
    if (config.required() && trust.isEmpty()) {
      throw new ConfigurationException(
          "slipway.signing.required is true, but no signer is trusted: set public keys in"
              + " slipway.signing.keys, or certificates in slipway.signing.authorities");
    }
    this.required = config.required();
    this.clock = clock;
  }

  /// The signer of `bundle`; null if it is not signed, or no signer is trusted.
  ///
  /// @param wanted whether the model's policy requires a signature
  /// @throws InvalidBundle if the signature is invalid, or is required and missing
  @Nullable Signer signer(Bundle bundle, boolean wanted) {
    boolean present = bundle.files().containsKey(Contents.IN_BUNDLE);
    if (present && !trust.isEmpty()) {
      return trust.verify(
          file(bundle), Contents.IN_BUNDLE, Contents.of(bundle), true, clock.instant());
    }
    if (wanted || required) {
      throw new InvalidBundle(
          "unsigned",
          Contents.IN_BUNDLE,
          present
              ? "the model's policy requires a signature, but no signer is trusted:"
                  + " slipway.signing.keys and slipway.signing.authorities are empty"
              : "the bundle must be signed, and has no "
                  + Contents.IN_BUNDLE
                  + ": slipway sign makes one");
    }
    return null;
  }

  private static byte[] file(Bundle bundle) {
    Path file = bundle.path(Contents.IN_BUNDLE);
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new InvalidBundle(
            "bad_signature", Contents.IN_BUNDLE, "the signature is over " + MOST_BYTES + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw BlobStore.refusal(e);
    }
  }
}
