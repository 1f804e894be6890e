package io.slipway.ops.webhook;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The hosts to which webhooks may be sent.
///
/// @param patterns names in lower case; `*.` before a name for all its subdomains
record HostList(List<String> patterns) {
  private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

  /// A host name; IP addresses in any notation do not match, as their last part is a number.
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}$)(" + LABEL + "\\.)*(?!([0-9]+|0x[0-9a-f]*)$)" + LABEL);

  private static final String BELOW = "*.";

  HostList {
    patterns = patterns.stream().map(pattern -> pattern.strip().toLowerCase(Locale.ROOT)).toList();
    for (String pattern : patterns) {
      if (!isName(pattern.startsWith(BELOW) ? pattern.substring(BELOW.length()) : pattern)) {
        throw new UnusableTarget(
            "slipway.webhooks.hosts: '"
                + pattern
                + "' is not a host name; write hooks.example.com, or *.example.com for all"
                + " subdomains");
      }
    }
  }

  /// Whether `host` is a host name in lower case.
  static boolean isName(String host) {
    return NAME.matcher(host).matches();
  }

  boolean has(String host) {
    return patterns.stream()
        .anyMatch(
            pattern ->
                pattern.startsWith(BELOW)
                    ? host.endsWith(pattern.substring(1))
                    : host.equals(pattern));
  }
}
