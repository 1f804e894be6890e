package io.slipway.api;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.slipway.pipeline.frame.RefusedInput;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The query parameters that one call accepts. Any other parameter is refused by name: a caller who
/// misspells `dry_run` must not publish. Immutable.
public final class QueryParameters {
  public static final QueryParameters NONE = new QueryParameters(Map.of());

  /// The longest name shown to the caller, in characters.
  private static final int SHOWN = 60;

  /// How often a parameter may occur, and whether it needs a value.
  private enum Kind {
    /// Once; an empty value means the same as no parameter.
    TEXT,
    /// Once, with a value. It has a default if it is absent, so an empty value would be ambiguous.
    CHOICE,
    /// Any number of times.
    LIST
  }

  private final Map<String, Kind> known;

  private QueryParameters(Map<String, Kind> known) {
    this.known = known;
  }

  /// One optional parameter, which needs a value.
  public static QueryParameters of(String name) {
    return new QueryParameters(Map.of(name, Kind.CHOICE));
  }

  /// The parameters that a resource method declares by [QueryParam]: a [List] may occur several
  /// times, and one with a [DefaultValue] needs a value.
  static QueryParameters of(Method method) {
    Map<String, Kind> known = new TreeMap<>();
    for (Parameter parameter : method.getParameters()) {
      QueryParam named = parameter.getAnnotation(QueryParam.class);
      if (named != null) {
        known.put(
            named.value(),
            List.class.isAssignableFrom(parameter.getType())
                ? Kind.LIST
                : parameter.isAnnotationPresent(DefaultValue.class) ? Kind.CHOICE : Kind.TEXT);
      }
    }
    return known.isEmpty() ? NONE : new QueryParameters(known);
  }

  /// @throws RefusedInput.Malformed where the query of `request` has any other parameter
  public void require(HttpServerRequest request) {
    if (request.uri().indexOf('?') >= 0) {
      String fault = fault(request.uri());
      if (fault != null) {
        throw new RefusedInput.Malformed(fault);
      }
    }
  }

  /// Describes the first fault in the query of `uri`. Null: the query is valid.
  @Nullable String fault(String uri) {
    Map<String, List<String>> query;
    try {
      query = new QueryStringDecoder(uri).parameters();
    } catch (IllegalArgumentException e) {
      return "the query is no percent-encoded UTF-8";
    }
    return query.entrySet().stream()
        .map(each -> fault(each.getKey(), each.getValue()))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private @Nullable String fault(String name, List<String> values) {
    Kind kind = known.get(name);
    if (kind == null) {
      return "unknown query parameter \""
          + (name.length() > SHOWN ? name.substring(0, SHOWN) + "…" : name)
          + "\"; "
          + (known.isEmpty()
              ? "this call has none"
              : "known here: " + String.join(", ", known.keySet()));
    }
    if (kind != Kind.LIST && values.size() > 1) {
      return "the query parameter " + name + " is there " + values.size() + " times";
    }
    return kind == Kind.CHOICE && values.getFirst().isEmpty()
        ? "the query parameter " + name + " has no value: say " + name + "=…, or leave it out"
        : null;
  }
}
