package io.slipway.onnx.madeup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One dimension of an input: a number, a variable, or a sum of products of both, as exporters of
/// decoders write it (`past_sequence_length + 1`).
sealed interface Dimension {

  record Fixed(long size) implements Dimension {}

  /// @param name variables with the same name have the same size
  record Variable(String name) implements Dimension {}

  /// @param terms at least two, or one with several factors
  record Sum(List<Term> terms) implements Dimension {}

  /// @param factor before the product, negative where it is subtracted
  record Term(long factor, List<String> variables) {}

  Pattern TERM = Pattern.compile("(?:^|\\s*\\+\\s*|\\s+-\\s+)([^+]+?)(?=\\s*\\+|\\s+-\\s|$)");
  Pattern NAME = Pattern.compile("[A-Za-z_][\\w.]*");
  Pattern NUMBER = Pattern.compile("\\d{1,9}");

  /// @param declared -1 where it is free
  /// @param symbol its name, "" where it has none
  /// @param otherwise the name of the variable for a dimension without a name
  static Dimension of(long declared, String symbol, String otherwise) {
    if (declared >= 0) {
      return new Fixed(declared);
    }
    if (symbol.isEmpty()) {
      return new Variable(otherwise);
    }
    List<Term> terms = terms(symbol);
    boolean sum = terms.size() > 1 || terms.size() == 1 && terms.getFirst().factor() != 1;
    return sum ? new Sum(terms) : new Variable(symbol);
  }

  /// The terms of a sum of products; empty where the text is not one.
  private static List<Term> terms(String text) {
    List<Term> terms = new ArrayList<>();
    Matcher matcher = TERM.matcher(text);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      long factor = matcher.group().strip().startsWith("-") ? -1 : 1;
      List<String> variables = new ArrayList<>();
      for (String part : matcher.group(1).split("\\*", -1)) {
        String name = part.strip();
        if (NUMBER.matcher(name).matches()) {
          factor *= Long.parseLong(name);
        } else if (NAME.matcher(name).matches()) {
          variables.add(name);
        } else {
          return List.of();
        }
      }
      terms.add(new Term(factor, List.copyOf(variables)));
      end = matcher.end();
    }
    return end == text.length() ? List.copyOf(terms) : List.of();
  }

  /// Adds the variables that occur in it.
  default void variables(Set<String> into) {
    switch (this) {
      case Fixed _ -> {}
      case Variable(String name) -> into.add(name);
      case Sum(List<Term> terms) -> terms.forEach(term -> into.addAll(term.variables()));
    }
  }

  /// Its size for variables with these `sizes`; negative where they give no valid size.
  default long size(Map<String, Long> sizes) {
    return switch (this) {
      case Fixed(long size) -> size;
      case Variable(String name) -> sizes.getOrDefault(name, 1L);
      case Sum(List<Term> terms) -> {
        long sum = 0;
        for (Term term : terms) {
          long product = term.factor();
          for (String variable : term.variables()) {
            product *= sizes.getOrDefault(variable, 1L);
          }
          sum += product;
        }
        yield sum;
      }
    };
  }
}
