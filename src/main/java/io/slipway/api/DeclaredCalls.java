package io.slipway.api;

import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The declarations of the registry API's resource methods. It registers a [QueryRule] for each
/// method, and lists the media types that a path accepts, for answers with 415. Thread-safe.
@Provider
@Singleton
public final class DeclaredCalls implements DynamicFeature {
  private static final Pattern PARAMETER = Pattern.compile("\\{[^}]+}");

  private record Call(String method, Pattern path, List<String> types) {}

  private final List<Call> calls = new CopyOnWriteArrayList<>();

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    if (!resource.getResourceClass().getPackageName().startsWith("io.slipway.api")) {
      return;
    }
    Method method = resource.getResourceMethod();
    context.register(new QueryRule(QueryParameters.of(method)));
    Consumes consumes = method.getAnnotation(Consumes.class);
    String http = http(method);
    if (consumes != null && http != null) {
      String path = path(resource.getResourceClass().getAnnotation(Path.class));
      calls.add(
          new Call(
              http,
              Pattern.compile(path + path(method.getAnnotation(Path.class)) + "/?"),
              List.of(consumes.value())));
    }
  }

  private static @Nullable String http(Method method) {
    for (Annotation annotation : method.getAnnotations()) {
      HttpMethod http = annotation.annotationType().getAnnotation(HttpMethod.class);
      if (http != null) {
        return http.value();
      }
    }
    return null;
  }

  /// A regular expression that matches the paths of the template `path`.
  private static String path(@Nullable Path path) {
    return path == null
        ? ""
        : (path.value().startsWith("/") ? "" : "/")
            + PARAMETER.matcher(path.value()).replaceAll("[^/]+");
  }

  /// The media types that `path` accepts as bodies of `method`.
  Set<String> types(String method, String path) {
    Set<String> types = new TreeSet<>();
    for (Call call : calls) {
      if (call.method().equals(method) && call.path().matcher(path).matches()) {
        types.addAll(call.types());
      }
    }
    return types;
  }
}
