package io.slipway.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Binds the manifest's JSON to records, which define the format: a member of the manifest is a
/// component of a record in `snake_case`; a component that is `@Nullable` or has a [Default] is
/// optional; the `op` of a step (`type` of a field, `object` of an input, `kind` of an output) is
/// the record's name. Unknown members are refused by name. All errors are found in one pass.
final class ManifestBinder {
  private static final ObjectMapper DEFAULTS = new ObjectMapper();

  private final String file;
  private final List<Finding> findings;

  /// @param file the manifest's name, for the findings
  ManifestBinder(String file, List<Finding> findings) {
    this.file = file;
    this.findings = findings;
  }

  /// The manifest; null, with at least one finding, where it does not bind.
  @Nullable Manifest bind(JsonNode json) {
    return (Manifest) record(json, Manifest.class, "", Set.of());
  }

  private @Nullable Object value(JsonNode json, Type type, String pointer) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == Map.class
          ? map(json, arguments[1], pointer)
          : list(json, arguments[0], pointer);
    }
    Class<?> target = (Class<?>) type;
    Variants variants = Variants.of(target);
    if (variants != null) {
      return variant(json, variants, pointer);
    }
    if (target == FileName.class) {
      return record(json, target, pointer, Set.of());
    }
    if (target == TextList.class || target == NumberList.class) {
      return longList(json, target, pointer);
    }
    return target.isRecord()
        ? record(json, target, pointer, Set.of())
        : scalar(json, target, pointer);
  }

  private @Nullable Object scalar(JsonNode json, Class<?> target, String pointer) {
    if (target == JsonNode.class) {
      return json;
    }
    if (target == Scalar.class) {
      return switch (json.getNodeType()) {
        case STRING -> new Scalar.Text(json.textValue());
        case NUMBER -> new Scalar.Decimal(json.doubleValue());
        case BOOLEAN -> new Scalar.Flag(json.booleanValue());
        case NULL -> new Scalar.Null();
        case ARRAY, BINARY, MISSING, OBJECT, POJO ->
            wrong(json, "a string, number, boolean or null", pointer);
      };
    }
    if (target == String.class) {
      return json.isTextual() ? json.textValue() : wrong(json, "a string", pointer);
    }
    if (target == boolean.class || target == Boolean.class) {
      return json.isBoolean()
          ? (Object) json.booleanValue()
          : wrong(json, "true or false", pointer);
    }
    if (target == double.class || target == Double.class) {
      return json.isNumber() && Double.isFinite(json.doubleValue())
          ? (Object) json.doubleValue()
          : wrong(json, "a number", pointer);
    }
    if (target == int.class || target == Integer.class) {
      return json.canConvertToExactIntegral() && json.canConvertToInt()
          ? (Object) json.intValue()
          : wrong(json, "an integer", pointer);
    }
    if (target == long.class || target == Long.class) {
      return json.canConvertToExactIntegral() && json.canConvertToLong()
          ? (Object) json.longValue()
          : wrong(json, "an integer", pointer);
    }
    throw new IllegalStateException("no binding for " + target);
  }

  private @Nullable Object list(JsonNode json, Type element, String pointer) {
    boolean nested = element instanceof ParameterizedType;
    if (nested && json.isArray() && !json.isEmpty() && !json.get(0).isArray()) {
      // A flat list is allowed for a single column.
      Object only = value(json, element, pointer);
      return only == null ? null : List.of(only);
    }
    if (element == String.class && json.isTextual() && isColumns(pointer)) {
      return List.of(json.textValue());
    }
    if (!json.isArray()) {
      return wrong(json, "a list", pointer);
    }
    List<Object> values = new ArrayList<>(json.size());
    boolean whole = true;
    for (int i = 0; i < json.size(); i++) {
      Object value = value(json.get(i), element, pointer + "/" + i);
      if (value == null) {
        whole = false;
      } else {
        values.add(value);
      }
    }
    return whole ? Collections.unmodifiableList(values) : null;
  }

  /// `in` and `out` may be one name instead of a list.
  private static boolean isColumns(String pointer) {
    return pointer.endsWith("/in") || pointer.endsWith("/out");
  }

  private @Nullable Object map(JsonNode json, Type element, String pointer) {
    if (!json.isObject()) {
      return wrong(json, "an object", pointer);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    boolean whole = true;
    for (var member : json.properties()) {
      Object value =
          value(member.getValue(), element, pointer + StrictJson.pointer(member.getKey()));
      if (value == null) {
        whole = false;
      } else {
        values.put(member.getKey(), value);
      }
    }
    return whole ? Collections.unmodifiableMap(values) : null;
  }

  @SuppressWarnings("unchecked")
  private @Nullable Object longList(JsonNode json, Class<?> target, String pointer) {
    boolean texts = target == TextList.class;
    if (json.isArray()) {
      Object values = list(json, texts ? String.class : Double.class, pointer);
      if (values == null) {
        return null;
      }
      return texts
          ? new TextList.Inline((List<String>) values)
          : new NumberList.Inline((List<Double>) values);
    }
    FileName name = (FileName) record(json, FileName.class, pointer, Set.of());
    if (name == null) {
      return null;
    }
    return texts ? new TextList.InFile(name.file()) : new NumberList.InFile(name.file());
  }

  private @Nullable Object variant(JsonNode json, Variants variants, String pointer) {
    if (!json.isObject()) {
      return wrong(json, "an object", pointer);
    }
    JsonNode tag = json.get(variants.member());
    String name = tag == null ? variants.otherwise() : tag.isTextual() ? tag.textValue() : null;
    Class<?> type = name == null ? null : variants.types().get(name);
    if (type == null) {
      return fail(
          tag == null ? "missing_member" : "unknown_" + variants.member(),
          pointer + "/" + variants.member(),
          "expected one of " + variants.types().keySet() + (tag == null ? "" : ", found " + tag));
    }
    return record(json, type, pointer, Set.of(variants.member()));
  }

  private @Nullable Object record(JsonNode json, Class<?> type, String pointer, Set<String> also) {
    if (!json.isObject()) {
      return wrong(json, "an object", pointer);
    }
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] values = new @Nullable Object[components.length];
    Set<String> known = new LinkedHashSet<>(also);
    boolean whole = true;
    for (int i = 0; i < components.length; i++) {
      String member = member(components[i]);
      known.add(member);
      JsonNode value = json.get(member);
      if (value == null || value.isNull() && !acceptsNull(components[i])) {
        Default fallback = components[i].getAnnotation(Default.class);
        boolean explicitNull = value != null && isNullable(components[i]);
        if (fallback != null && !explicitNull) {
          values[i] =
              value(
                  parse(fallback.value()), components[i].getGenericType(), pointer + "/" + member);
        } else if (!isNullable(components[i])) {
          fail("missing_member", pointer + "/" + member, "\"" + member + "\" is missing");
          whole = false;
        }
      } else {
        values[i] = value(value, components[i].getGenericType(), pointer + "/" + member);
        whole &= values[i] != null;
      }
    }
    for (var property : json.properties()) {
      if (!known.contains(property.getKey())) {
        fail(
            "unknown_member",
            pointer + StrictJson.pointer(property.getKey()),
            "unknown member \"" + property.getKey() + "\"; known are " + known);
        whole = false;
      }
    }
    return whole ? construct(type, components, values) : null;
  }

  private static Object construct(
      Class<?> type, RecordComponent[] components, @Nullable Object[] values) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("can't build " + type, e);
    }
  }

  private static boolean acceptsNull(RecordComponent component) {
    return component.getType() == JsonNode.class || component.getType() == Scalar.class;
  }

  private static boolean isNullable(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  static String member(RecordComponent component) {
    Key key = component.getAnnotation(Key.class);
    return key != null ? key.value() : Variants.snakeCase(component.getName());
  }

  private static JsonNode parse(String json) {
    try {
      return DEFAULTS.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("bad default " + json, e);
    }
  }

  private @Nullable Object wrong(JsonNode json, String expected, String pointer) {
    String found = json.toString();
    return fail(
        "wrong_type",
        pointer,
        "expected "
            + expected
            + ", found "
            + (found.length() > 80 ? found.substring(0, 80) + "…" : found));
  }

  private @Nullable Object fail(String code, String pointer, String message) {
    findings.add(new Finding(code, file + "#" + pointer, message));
    return null;
  }
}
