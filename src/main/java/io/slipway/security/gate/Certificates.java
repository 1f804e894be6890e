package io.slipway.security.gate;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.slipway.security.CertificateConfig;
import io.slipway.security.Grants;
import io.slipway.security.Identity;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Authentication by client certificates. A certificate is requested only where roles are
/// configured for some; one that the trust store rejects ends the connection. Without one, keys
/// still work.
@Singleton
final class Certificates implements HttpServerOptionsCustomizer {
  private static final int URI = 6;

  private final Grants grants;

  @Inject
  Certificates(CertificateConfig config) {
    this.grants = Grants.of(config);
  }

  @Override
  public void customizeHttpsServer(HttpServerOptions options) {
    if (!grants.isEmpty()) {
      options.setClientAuth(ClientAuth.REQUEST);
    }
  }

  /// The identity by the connection's certificate; null where there is none, or it has no role.
  @Nullable Identity of(HttpServerRequest request) {
    if (grants.isEmpty() || !request.isSSL()) {
      return null;
    }
    SSLSession session = request.connection().sslSession();
    try {
      if (session == null
          || !(session.getPeerCertificates()[0] instanceof X509Certificate certificate)) {
        return null;
      }
      String name = name(certificate);
      return name == null ? null : grants.identity("certificate", name, List.of(name)).orElse(null);
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  /// When the certificate of the connection, which has a role, ends.
  Instant end(HttpServerRequest request) {
    try {
      return request.connection().sslSession().getPeerCertificates()[0]
              instanceof X509Certificate certificate
          ? certificate.getNotAfter().toInstant()
          : Instant.EPOCH;
    } catch (SSLPeerUnverifiedException e) {
      return Instant.EPOCH;
    }
  }

  /// The first URI of the alternative names, otherwise the common name; null where both are
  /// missing.
  private static @Nullable String name(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> each : names) {
          if (each.get(0) instanceof Integer kind && kind == URI) {
            return String.valueOf(each.get(1));
          }
        }
      }
      String subject = certificate.getSubjectX500Principal().getName();
      for (Rdn part : new LdapName(subject).getRdns().reversed()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          return String.valueOf(part.getValue());
        }
      }
      return null;
    } catch (CertificateParsingException | InvalidNameException e) {
      return null;
    }
  }
}
