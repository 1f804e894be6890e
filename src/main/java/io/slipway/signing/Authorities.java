package io.slipway.signing;

import io.slipway.bundle.InvalidBundle;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Trusted certificate authorities of signers. Revocation is not looked up, as signing must work
/// offline: remove the authority's certificate, or the signer's name, from the configuration.
final class Authorities {
  private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
  private static final int MAIL = 1;
  private static final int URI = 6;

  private final List<X509Certificate> anchors;
  private final List<Pattern> names;

  /// @param names the accepted names, with `*` for any text; empty: all
  Authorities(List<X509Certificate> anchors, List<String> names) {
    this.anchors = List.copyOf(anchors);
    this.names =
        names.stream()
            .map(
                glob ->
                    Pattern.compile(
                        List.of(glob.split("\\*", -1)).stream()
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*"))))
            .toList();
  }

  boolean isEmpty() {
    return anchors.isEmpty();
  }

  /// The name of the signer with the certificate chain `chain`.
  ///
  /// @throws io.slipway.bundle.InvalidBundle where no trusted authority has issued it, it is not
  ///     for signing, not valid at `now`, or its name is not accepted
  String name(List<X509Certificate> chain, String where, Instant now) {
    X509Certificate leaf = chain.getFirst();
    String name = name(leaf);
    try {
      leaf.checkValidity(Date.from(now));
      if (!anchors.contains(leaf)) {
        requirePath(chain, now);
      }
      if (!mayHaveSigned(leaf)) {
        throw unknown(where, "has a certificate that is not for signing: " + name);
      }
    } catch (CertificateException e) {
      throw unknown(
          where,
          "has a certificate that is not valid at "
              + now
              + ": from "
              + leaf.getNotBefore().toInstant()
              + " to "
              + leaf.getNotAfter().toInstant());
    } catch (CertPathBuilderException e) {
      throw unknown(where, "has a certificate that no trusted authority has issued: " + name);
    }
    if (!names.isEmpty() && names.stream().noneMatch(each -> each.matcher(name).matches())) {
      throw unknown(where, "is by " + name + ", who is not an accepted signer");
    }
    return name;
  }

  private void requirePath(List<X509Certificate> chain, Instant now)
      throws CertPathBuilderException {
    if (anchors.isEmpty()) {
      throw new CertPathBuilderException("nobody is trusted");
    }
    Set<TrustAnchor> trusted =
        anchors.stream().map(each -> new TrustAnchor(each, null)).collect(Collectors.toSet());
    X509CertSelector target = new X509CertSelector();
    target.setCertificate(chain.getFirst());
    try {
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(trusted, target);
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      CertPathBuilder.getInstance("PKIX").build(parameters);
    } catch (CertPathBuilderException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has PKIX", e);
    }
  }

  private static boolean mayHaveSigned(X509Certificate certificate)
      throws CertificateParsingException {
    boolean[] usage = certificate.getKeyUsage();
    List<String> extended = certificate.getExtendedKeyUsage();
    return usage != null && usage[0] || extended != null && extended.contains(CODE_SIGNING);
  }

  /// The mail address or URI of a certificate, otherwise its subject.
  private static String name(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> each : names) {
          if (each.get(0) instanceof Integer kind && (kind == MAIL || kind == URI)) {
            return String.valueOf(each.get(1));
          }
        }
      }
    } catch (CertificateParsingException e) {
      // Falls back to the subject.
    }
    return certificate.getSubjectX500Principal().getName();
  }

  static InvalidBundle unknown(String where, String why) {
    return new InvalidBundle("unknown_signer", where, where + " " + why);
  }
}
