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

/// Who has signed a bundle that is to be registered. Where nobody is trusted, signatures are not
/// looked at; where somebody is, one that is there must hold, so that a wrong one never passes for
/// none. Keys that can't be read keep the service from starting.
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
          "slipway.signing.required is true, and nobody is trusted: name public keys in"
              + " slipway.signing.keys, or certificates in slipway.signing.authorities");
    }
    this.required = config.required();
    this.clock = clock;
  }

  /// The signer of `bundle`; null where it is not signed, or nobody is trusted.
  ///
  /// @param wanted whether the model's policy wants one
  /// @throws InvalidBundle where a signature does not hold, or one is wanted and there is none
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
              ? "the model's policy wants a signature, and nobody is trusted here:"
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
