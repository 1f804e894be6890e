package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "diff",
    description =
        "What is different between two versions: signature, input, steps, tensors, output, lineage,"
            + " metrics and files.",
    footer = {"", "Example: slipway diff customer-churn 1 2"})
final class DiffVerb implements Callable<Integer> {
  private static final List<String> PARTS =
      List.of(
          "description",
          "object",
          "signature",
          "input",
          "preprocessing",
          "tensors",
          "output",
          "lineage");

  @Mixin private final Remote remote = new Remote();

  @Parameters(index = "0", paramLabel = "MODEL")
  private String model = "";

  @Parameters(index = "1", paramLabel = "A")
  private int left;

  @Parameters(index = "2", paramLabel = "B")
  private int right;

  /// One place where two documents differ; a side that has nothing there is
  /// [JsonNode#isMissingNode].
  record Difference(String at, JsonNode left, JsonNode right) {}

  @Override
  public Integer call() {
    RegistryClient client = remote.client();
    String path = RegistryClient.model(model, "versions") + "/";
    List<Difference> found = compare(client.get(path + left), client.get(path + right));
    remote.print(
        asJson(found),
        out -> {
          if (found.isEmpty()) {
            out.println("no difference but the number");
            return;
          }
          Table table = new Table("WHERE", "VERSION " + left, "VERSION " + right);
          found.forEach(d -> table.row(d.at(), shown(d.left()), shown(d.right())));
          table.print(out);
        });
    return 0;
  }

  static List<Difference> compare(JsonNode left, JsonNode right) {
    List<Difference> found = new ArrayList<>();
    for (String part : PARTS) {
      compare("/" + part, left.path(part), right.path(part), found);
    }
    compare("/files", files(left), files(right), found);
    return found;
  }

  /// Files by their path, with the digest as the value.
  private static JsonNode files(JsonNode version) {
    ObjectNode files = JsonNodeFactory.instance.objectNode();
    version
        .path("files")
        .forEach(file -> files.set(file.path("path").asText(), file.path("sha256")));
    return files;
  }

  private static void compare(String at, JsonNode left, JsonNode right, List<Difference> found) {
    if (left.equals(right)) {
      return;
    }
    if (left.isObject() && right.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      left.fieldNames().forEachRemaining(names::add);
      right.fieldNames().forEachRemaining(names::add);
      names.forEach(
          name ->
              compare(
                  at + "/" + name.replace("~", "~0").replace("/", "~1"),
                  left.path(name),
                  right.path(name),
                  found));
    } else if (left.isArray() && right.isArray()) {
      for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
        compare(at + "/" + i, left.path(i), right.path(i), found);
      }
    } else {
      found.add(new Difference(at, left, right));
    }
  }

  private static String shown(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "-";
    }
    String text = value.isTextual() ? value.asText() : value.toString();
    return text.length() > 60 ? text.substring(0, 57) + "..." : text;
  }

  private static ArrayNode asJson(List<Difference> found) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Difference difference : found) {
      ObjectNode object = array.addObject().put("at", difference.at());
      if (!difference.left().isMissingNode()) {
        object.set("left", difference.left());
      }
      if (!difference.right().isMissingNode()) {
        object.set("right", difference.right());
      }
    }
    return array;
  }
}
