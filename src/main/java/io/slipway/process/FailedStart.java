package io.slipway.process;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Why a start has failed, in sentences for the operator.
///
/// @param sentences the last lines that the process prints
/// @param refusedSetting whether they say all: a stack trace would hide them
record FailedStart(List<String> sentences, boolean refusedSetting) {
  /// How the configuration library says that a value is none of its type.
  private static final Pattern REFUSED =
      Pattern.compile(
          ".*?The config property (\\S+) with the config value \"(.*)\" threw an Exception"
              + " whilst being converted (.*)",
          Pattern.DOTALL);

  /// The names of classes, and the numbers that the library gives its messages.
  private static final Pattern TECHNICAL =
      Pattern.compile("(?:[a-z]+[.])+[A-Z]\\w*(?:Exception|Error): |SRCFG[0-9]+: ");

  static FailedStart of(Throwable cause) {
    Throwable root = cause;
    for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
      root = reason;
      switch (reason) {
        case ConfigValidationException invalid -> {
          return new FailedStart(problems(invalid), true);
        }
        case ConfigurationException refused -> {
          return new FailedStart(List.of(sentence(refused)), true);
        }
        case CannotStart refused -> {
          return new FailedStart(List.of(sentence(refused)), true);
        }
        default -> {}
      }
    }
    return new FailedStart(List.of("Slipway cannot start: " + sentence(root)), false);
  }

  private static List<String> problems(ConfigValidationException invalid) {
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < invalid.getProblemCount(); i++) {
      String message = invalid.getProblem(i).getMessage();
      Matcher refused = REFUSED.matcher(message);
      problems.add(
          refused.matches()
              ? "The setting "
                  + refused.group(1)
                  + " cannot be \""
                  + refused.group(2)
                  + "\": "
                  + plain(refused.group(3))
              : plain(message));
    }
    return problems;
  }

  private static String sentence(Throwable reason) {
    String message = reason.getMessage();
    return message == null ? reason.getClass().getSimpleName() : plain(message);
  }

  private static String plain(String message) {
    return TECHNICAL.matcher(message).replaceAll("").strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
