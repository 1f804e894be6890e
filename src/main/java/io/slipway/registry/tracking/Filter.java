package io.slipway.registry.tracking;

import io.slipway.registry.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads MLflow's language of searches: `metrics.acc > 0.9 AND tags."a b" LIKE 'x%'`.
final class Filter {
  private static final int MOST_CHARS = 20_000;
  private static final int MOST_PARTS = 100;

  private static final Pattern WORD =
      Pattern.compile("\\s*+((?:[\\w.\\-/@:]++|`[^`]*+`|\"[^\"]*+\")++)");
  private static final Pattern OPERATOR =
      Pattern.compile(
          "\\s*+(>=|<=|!=|<>|=|>|<|(?:NOT\\s++)?IN\\b|I?LIKE\\b|IS\\s++(?:NOT\\s++)?NULL\\b)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TEXT = Pattern.compile("\\s*+(?:'([^']*+)'|\"([^\"]*+)\")");
  private static final Pattern NUMBER =
      Pattern.compile("\\s*+([+-]?[0-9]{0,40}[.]?[0-9]{0,40}(?:[eE][+-]?[0-9]{1,4})?)(?=\\s|$)");
  private static final Pattern AND = Pattern.compile("\\s++AND\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern DIRECTION =
      Pattern.compile("\\s++(ASC|DESC)\\b", Pattern.CASE_INSENSITIVE);
  private static final Set<String> WITHOUT_VALUE = Set.of("IS NULL", "IS NOT NULL");

  private final String field;
  private final String text;
  private int at;

  private Filter(String field, String text) {
    this.field = field;
    this.text = text;
  }

  /// What is compared or ordered by.
  enum Kind {
    ATTRIBUTE,
    METRIC,
    PARAM,
    TAG,
    DATASET
  }

  /// @param key for an attribute, its name
  record Subject(Kind kind, String key) {}

  /// @param operator in upper case
  /// @param value a [String], a [Double] or a list of strings; null for `IS NULL`
  record Comparison(Subject subject, String operator, @Nullable Object value) {}

  /// One part of an order.
  record Order(Subject subject, boolean descending) {}

  /// @throws Refusal.InvalidValue where `text` is not in the language
  static List<Comparison> read(String text) {
    Filter filter = new Filter("filter", bounded("filter", text));
    List<Comparison> found = new ArrayList<>();
    if (text.isBlank()) {
      return found;
    }
    do {
      if (found.size() == MOST_PARTS) {
        throw filter.invalid("expected at most " + MOST_PARTS + " comparisons");
      }
      found.add(filter.comparison());
    } while (filter.next(AND) != null);
    filter.end("AND or the end");
    return found;
  }

  /// @throws Refusal.InvalidValue where one is not in the language
  static List<Order> orders(List<String> texts) {
    if (texts.size() > MOST_PARTS) {
      throw new Refusal.InvalidValue("order_by", "expected at most " + MOST_PARTS + " parts");
    }
    List<Order> orders = new ArrayList<>();
    for (String text : texts) {
      Filter filter = new Filter("order_by", bounded("order_by", text));
      Subject subject = filter.subject();
      Matcher direction = filter.next(DIRECTION);
      filter.end("ASC, DESC or the end");
      orders.add(new Order(subject, direction != null && direction.group(1).length() == 4));
    }
    return orders;
  }

  private static String bounded(String field, String text) {
    return Rules.text(field, text, MOST_CHARS);
  }

  private Comparison comparison() {
    Subject subject = subject();
    Matcher found = next(OPERATOR);
    if (found == null) {
      throw invalid("expected =, !=, <, <=, >, >=, LIKE, ILIKE, IN, NOT IN or IS NULL");
    }
    String operator = found.group(1).replaceAll("\\s+", " ").toUpperCase(Locale.ROOT);
    operator = operator.equals("<>") ? "!=" : operator;
    Object value =
        WITHOUT_VALUE.contains(operator)
            ? null
            : operator.endsWith("IN") ? list() : operator.endsWith("LIKE") ? quoted() : value();
    return new Comparison(subject, operator, value);
  }

  private Subject subject() {
    Matcher word = next(WORD);
    if (word == null) {
      throw invalid("expected what to look at, such as metrics.accuracy");
    }
    String name = word.group(1);
    int dot = name.indexOf('.');
    if (dot < 0) {
      return new Subject(Kind.ATTRIBUTE, bare(name));
    }
    Kind kind =
        switch (name.substring(0, dot)) {
          case "attribute", "attributes", "attr", "run" -> Kind.ATTRIBUTE;
          case "metric", "metrics" -> Kind.METRIC;
          case "param", "params", "parameter", "parameters" -> Kind.PARAM;
          case "tag", "tags" -> Kind.TAG;
          case "dataset", "datasets" -> Kind.DATASET;
          default ->
              throw invalid(
                  "expected attributes, metrics, params, tags or datasets before the '.'");
        };
    String key = bare(name.substring(dot + 1));
    if (key.isEmpty()) {
      throw invalid("expected a name after the '.'");
    }
    return new Subject(kind, key);
  }

  private static String bare(String name) {
    boolean quoted = name.length() > 1 && (name.charAt(0) == '`' || name.charAt(0) == '"');
    return quoted && name.charAt(name.length() - 1) == name.charAt(0)
        ? name.substring(1, name.length() - 1)
        : name;
  }

  private Object value() {
    Matcher number = next(NUMBER);
    if (number != null && !number.group(1).isEmpty()) {
      try {
        return Double.valueOf(number.group(1));
      } catch (NumberFormatException e) {
        throw invalid("expected a number");
      }
    }
    return quoted();
  }

  private String quoted() {
    Matcher quoted = next(TEXT);
    if (quoted == null) {
      throw invalid("expected a number, or a text in quotes");
    }
    return quoted.group(1) != null ? quoted.group(1) : quoted.group(2);
  }

  private List<String> list() {
    List<String> list = new ArrayList<>();
    expect("(");
    do {
      list.add(quoted());
    } while (skip(","));
    expect(")");
    return list;
  }

  private void expect(String sign) {
    if (!skip(sign)) {
      throw invalid("expected " + sign);
    }
  }

  private boolean skip(String sign) {
    return next(Pattern.compile("\\s*+" + Pattern.quote(sign))) != null;
  }

  private @Nullable Matcher next(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    matcher.useTransparentBounds(true);
    if (!matcher.lookingAt()) {
      return null;
    }
    at = matcher.end();
    return matcher;
  }

  private void end(String expected) {
    if (!text.substring(at).isBlank()) {
      throw invalid("expected " + expected);
    }
  }

  private Refusal invalid(String expected) {
    return new Refusal.InvalidValue(field, expected + ", at character " + (at + 1));
  }
}
