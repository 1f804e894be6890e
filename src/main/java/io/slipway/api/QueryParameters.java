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

/// The parameters that the query of one call may have. Whatever else a query says is refused by
/// name: a caller who has misspelt `dry_run` must not publish. Immutable.
public final class QueryParameters {
  public static final QueryParameters NONE = new QueryParameters(Map.of());

  /// The longest name that is repeated to the caller.
  private static final int SHOWN = 60;

  /// How often a parameter may be there, and with what.
  private enum Kind {
    /// Once; nothing behind its name is as if it were not there.
    TEXT,
    /// Once, with a value. What is left out has a default, so what is only named is not clear.
    CHOICE,
    /// Any number of times.
    LIST
  }

  private final Map<String, Kind> known;

  private QueryParameters(Map<String, Kind> known) {
    this.known = known;
  }

  /// One parameter, with a value where it is there.
  public static QueryParameters of(String name) {
    return new QueryParameters(Map.of(name, Kind.CHOICE));
  }

  /// Those that a method of a resource declares by [QueryParam]: a [List] may have several values,
  /// and what has a [DefaultValue] is not left empty.
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

  /// @throws RefusedInput.Malformed where the query of `request` says anything else
  public void require(HttpServerRequest request) {
    if (request.uri().indexOf('?') >= 0) {
      String fault = fault(request.uri());
      if (fault != null) {
        throw new RefusedInput.Malformed(fault);
      }
    }
  }

  /// What the query of `uri` says that it may not; null where there is nothing.
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
