package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads and writes policies as JSON: `{"examples": "required" | "optional", "require_if_match":
/// boolean, "stages": […], "lineage": […], "signed": "required" | "optional"}`. All members are
/// optional.
final class PolicyReader {
  private static final Pattern STAGE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern PATH = Pattern.compile("[a-z_]{1,64}(\\.[A-Za-z0-9_-]{1,64}){0,3}");
  private static final int MOST = 50;

  private PolicyReader() {}

  /// @throws Refusal.InvalidValue with a pointer to the invalid member
  static Policy read(JsonNode json) {
    if (!json.isObject()) {
      throw new Refusal.InvalidValue("/policy", "a policy must be an object");
    }
    Policy policy = Policy.NONE;
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      JsonNode value = member.getValue();
      policy =
          switch (member.getKey()) {
            case "examples" ->
                new Policy(
                    optional("/policy/examples", value),
                    policy.requireIfMatch(),
                    policy.stages(),
                    policy.lineage(),
                    policy.signed());
            case "require_if_match" ->
                new Policy(
                    policy.examplesOptional(),
                    flag(value),
                    policy.stages(),
                    policy.lineage(),
                    policy.signed());
            case "stages" ->
                new Policy(
                    policy.examplesOptional(),
                    policy.requireIfMatch(),
                    list("/policy/stages", value, STAGE),
                    policy.lineage(),
                    policy.signed());
            case "lineage" ->
                new Policy(
                    policy.examplesOptional(),
                    policy.requireIfMatch(),
                    policy.stages(),
                    list("/policy/lineage", value, PATH),
                    policy.signed());
            case "signed" ->
                new Policy(
                    policy.examplesOptional(),
                    policy.requireIfMatch(),
                    policy.stages(),
                    policy.lineage(),
                    !optional("/policy/signed", value));
            default ->
                throw new Refusal.InvalidValue(
                    "/policy/" + member.getKey(),
                    "a policy has no member "
                        + member.getKey()
                        + ": it has examples, require_if_match, stages, lineage and signed");
          };
    }
    if (policy.stages().contains("archived") || policy.stages().contains("none")) {
      throw new Refusal.InvalidValue("/policy/stages", "archived and none can't be stages");
    }
    return policy;
  }

  static ObjectNode write(Policy policy) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("examples", policy.examplesOptional() ? "optional" : "required");
    json.put("require_if_match", policy.requireIfMatch());
    policy.stages().forEach(json.putArray("stages")::add);
    policy.lineage().forEach(json.putArray("lineage")::add);
    json.put("signed", policy.signed() ? "required" : "optional");
    return json;
  }

  private static boolean optional(String pointer, JsonNode value) {
    return switch (value.asText()) {
      case "optional" -> true;
      case "required" -> false;
      default -> throw new Refusal.InvalidValue(pointer, "expected required or optional");
    };
  }

  private static boolean flag(JsonNode value) {
    if (!value.isBoolean()) {
      throw new Refusal.InvalidValue("/policy/require_if_match", "expected true or false");
    }
    return value.booleanValue();
  }

  private static List<String> list(String pointer, JsonNode value, Pattern each) {
    if (!value.isArray() || value.size() > MOST) {
      throw new Refusal.InvalidValue(pointer, "expected a list of at most " + MOST + " names");
    }
    List<String> names = new ArrayList<>();
    for (JsonNode name : value) {
      if (!name.isTextual() || !each.matcher(name.textValue()).matches()) {
        throw new Refusal.InvalidValue(pointer, "not a valid name: " + name);
      }
      if (!names.contains(name.textValue())) {
        names.add(name.textValue());
      }
    }
    return List.copyOf(names);
  }
}
