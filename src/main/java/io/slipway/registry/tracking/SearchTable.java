package io.slipway.registry.tracking;

import io.slipway.registry.Refusal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A table that can be searched, as `r`, and where its tags, parameters and metrics are.
///
/// @param attributes their columns, by the names of the language
/// @param metric reads the value of the metric `%s`; null where there are none
/// @param ordering the order that always comes last
record SearchTable(
    String table,
    Map<String, Attribute> attributes,
    PairTable tags,
    @Nullable PairTable params,
    @Nullable String metric,
    String ordering) {

  /// @param number whether it is compared as a number
  record Attribute(String column, boolean number) {
    static Attribute text(String column) {
      return new Attribute(column, false);
    }

    static Attribute number(String column) {
      return new Attribute(column, true);
    }
  }

  Attribute attribute(String name) {
    Attribute found = attributes.get(name);
    if (found == null) {
      throw new Refusal.InvalidValue(
          "filter or order_by", "there is no attribute '" + name + "'; expected one of " + names());
    }
    return found;
  }

  private String names() {
    return String.join(", ", attributes.keySet().stream().sorted().toList());
  }
}
