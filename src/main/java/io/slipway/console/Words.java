package io.slipway.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.qute.TemplateExtension;
import io.slipway.bundle.Digest;
import io.slipway.registry.AuditEntry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Formats numbers, times and changes; templates call it as `{show:bytes(size)}` and so on.
@TemplateExtension(namespace = "show")
public final class Words {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final int DIGITS = 12;
  private static final int MOST_CHARS = 240;

  private Words() {}

  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return (unit == 0 ? Long.toString(bytes) : three(value)) + " " + UNITS[unit];
  }

  /// A number with three significant digits.
  static String three(double value) {
    double size = Math.abs(value);
    String format = size >= 100 || size == 0 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  /// The age of `then`, such as "3 min ago".
  public static String ago(Instant then, Instant now) {
    long seconds = Math.max(0, Duration.between(then, now).toSeconds());
    if (seconds < 5) {
      return "just now";
    } else if (seconds < 60) {
      return seconds + " s ago";
    } else if (seconds < 3600) {
      return seconds / 60 + " min ago";
    } else if (seconds < 48 * 3600) {
      return seconds / 3600 + " h ago";
    }
    return seconds / 86400 + " days ago";
  }

  public static String time(Instant then) {
    return TIME.format(then);
  }

  /// The first digits of a digest, enough to tell versions apart.
  public static String brief(Digest digest) {
    return start(digest.hex());
  }

  /// The first digits of a hash in hexadecimal.
  public static String start(String hex) {
    return hex.substring(0, Math.min(DIGITS, hex.length()));
  }

  /// A duration in seconds with a suitable unit; "–" for NaN.
  public static String span(double seconds) {
    if (Double.isNaN(seconds)) {
      return "–";
    }
    if (seconds < 1e-3) {
      return three(seconds * 1e6) + " µs";
    }
    return seconds < 1 ? three(seconds * 1e3) + " ms" : three(seconds) + " s";
  }

  /// Requests per second.
  public static String rate(double perSecond) {
    if (perSecond == 0) {
      return "0/s";
    }
    return perSecond < 0.01 ? "<0.01/s" : three(perSecond) + "/s";
  }

  /// A share of 1 as a percentage; "–" for NaN.
  public static String share(double share) {
    if (Double.isNaN(share)) {
      return "–";
    }
    if (share == 0) {
      return "0 %";
    }
    return share < 0.0001 ? "<0.01 %" : three(share * 100) + " %";
  }

  /// A value of a manifest, truncated where it is long.
  public static String value(@Nullable JsonNode value) {
    if (value == null || value.isMissingNode()) {
      return "–";
    }
    String text = value.isTextual() ? value.textValue() : value.toString();
    return text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS) + "…" : text;
  }

  /// Text encoded for the query of a URL.
  public static String query(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// The message with a capital first letter and a full stop.
  static String sentence(String message) {
    if (message.isEmpty()) {
      return message;
    }
    String begun = Character.toUpperCase(message.charAt(0)) + message.substring(1);
    return begun.endsWith(".") ? begun : begun + ".";
  }

  /// What an audit entry says was changed, without the actor and the time.
  public static String change(AuditEntry entry) {
    String from = entry.from();
    return switch (entry.action()) {
      case "version.registered" -> "registered version " + entry.version();
      case "version.rejected" -> "had a bundle refused";
      case "version.changed" -> "changed version " + entry.version();
      case "version.deleted" -> "deleted version " + entry.version();
      case "model.changed" -> "changed the model";
      case "model.deleted" -> "deleted the model";
      case "stage.promoted" ->
          "promoted version " + entry.to() + " to " + entry.target() + before(from);
      case "stage.rolled_back" ->
          "rolled " + entry.target() + " back to version " + entry.to() + before(from);
      case "alias.moved" -> "pointed @" + entry.target() + " to version " + entry.to();
      case "alias.removed" -> "removed @" + entry.target();
      case "key.created" -> "created the key " + entry.target();
      case "key.revoked" -> "revoked the key " + entry.target();
      case "prediction_id_key.rotated" -> "created prediction id key number " + entry.target();
      default -> entry.action();
    };
  }

  private static String before(@Nullable String from) {
    return from == null ? "" : " (was version " + from + ")";
  }
}
