package io.slipway.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The Python package checks the words of a manifest by `vocabulary.json`, which is generated from
/// the records that define the format. After a change of these records, write the file again:
/// `./slipway test -Dtest=VocabularyTest -Dslipway.vocabulary=write`.
class VocabularyTest {
  private static final Path FILE =
      Path.of("clients", "python", "slipway", "pack", "vocabulary.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void thePythonPackageKnowsExactlyTheWordsOfTheServer() throws IOException {
    String expected = vocabulary();
    if ("write".equals(System.getProperty("slipway.vocabulary"))) {
      Files.writeString(FILE, expected);
    }
    assertThat(Files.readString(FILE))
        .as("%s; to write it again: -Dslipway.vocabulary=write", FILE)
        .isEqualTo(expected);
  }

  private static String vocabulary() throws IOException {
    ObjectNode root = JSON.createObjectNode().put("format", Manifest.FORMAT);
    Map<String, Class<?>> objects = new TreeMap<>();
    objects.put("manifest", Manifest.class);
    objects.put("tensor", TensorBinding.class);
    for (Class<?> owner : List.of(Manifest.class, Lineage.class)) {
      for (Class<?> inner : owner.getDeclaredClasses()) {
        objects.put(Variants.snakeCase(inner.getSimpleName()), inner);
      }
    }
    objects.put("lineage", Lineage.class);
    root.set("objects", words(objects));
    root.set("inputs", words(variants(InputSchema.class)));
    root.set("fields", words(variants(Field.class)));
    root.set("outputs", words(variants(Output.class)));
    root.set("steps", words(variants(Step.class)));
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    return JSON.writer(printer).writeValueAsString(root) + "\n";
  }

  private static Map<String, Class<?>> variants(Class<?> sealed) {
    Variants variants = Variants.of(sealed);
    if (variants == null) {
      throw new AssertionError(sealed);
    }
    return variants.types();
  }

  private static ObjectNode words(Map<String, Class<?>> types) {
    ObjectNode words = JSON.createObjectNode();
    types.forEach(
        (name, type) -> {
          ObjectNode members = words.putObject(name);
          ArrayNode required = members.putArray("required");
          ArrayNode optional = members.putArray("optional");
          for (RecordComponent component : type.getRecordComponents()) {
            boolean absent =
                component.isAnnotationPresent(Default.class)
                    || component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            (absent ? optional : required).add(ManifestBinder.member(component));
          }
        });
    return words;
  }
}
