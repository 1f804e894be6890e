package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The page of properties against the code.
@Tag("slow")
class ConfigurationTest {
  private static final Path PAGE = Path.of("docs/reference/configuration.md");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(slipway[^`]+)` \\| [^|]+ \\| (?:`([^`]+)`|[^|]+) \\|");

  /// Read before Quarkus starts, by the class that chooses the database.
  private static final Set<String> OF_THE_START =
      Set.of(
          "slipway.data",
          "slipway.database.url",
          "slipway.database.username",
          "slipway.database.password");

  @Test
  void thePageHasEveryPropertyWithItsDefaultAndNoOther() throws IOException {
    Map<String, String> declared = new TreeMap<>();
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.slipway");
    for (JavaClass each : classes) {
      Class<?> type = each.reflect();
      ConfigMapping mapping = type.getAnnotation(ConfigMapping.class);
      if (mapping != null) {
        mapped(mapping.prefix(), type, declared);
      }
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        injected(constructor, declared);
      }
      for (Method method : type.getDeclaredMethods()) {
        injected(method, declared);
      }
    }
    assertThat(declared).hasSizeGreaterThan(25).containsKey("slipway.serving.probe.heap");
    Map<String, String> written = new TreeMap<>();
    ROW.matcher(Files.readString(PAGE))
        .results()
        .forEach(row -> written.put(row.group(1), row.group(2) == null ? "" : row.group(2)));
    Set<String> all = new TreeSet<>(declared.keySet());
    all.addAll(OF_THE_START);
    assertThat(written.keySet()).isEqualTo(all);
    written.keySet().removeAll(OF_THE_START);
    declared.keySet().removeAll(OF_THE_START);
    assertThat(written).isEqualTo(declared);
  }

  /// Each property of a mapping, with its default or nothing.
  private static void mapped(String prefix, Class<?> type, Map<String, String> declared) {
    for (Method property : type.getDeclaredMethods()) {
      String name = prefix + "." + kebab(property.getName());
      if (property.getReturnType().isInterface() && property.getReturnType() != Map.class) {
        mapped(name, property.getReturnType(), declared);
      } else if (property.getGenericReturnType() instanceof ParameterizedType of
          && of.getRawType() == Map.class) {
        mapped(name + ".<name>", (Class<?>) of.getActualTypeArguments()[1], declared);
      } else {
        WithDefault otherwise = property.getAnnotation(WithDefault.class);
        declared.put(name, otherwise == null ? "" : otherwise.value());
      }
    }
  }

  private static void injected(Executable executable, Map<String, String> declared) {
    for (Parameter parameter : executable.getParameters()) {
      ConfigProperty property = parameter.getAnnotation(ConfigProperty.class);
      if (property != null && property.name().startsWith("slipway.")) {
        String value = property.defaultValue();
        declared.put(property.name(), value.equals(ConfigProperty.UNCONFIGURED_VALUE) ? "" : value);
      }
    }
  }

  private static String kebab(String camel) {
    return camel.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
  }
}
