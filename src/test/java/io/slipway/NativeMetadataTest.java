package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.Manifest;
import io.slipway.onnx.ProbeReport;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Executable;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a native image is told of reflection, native code and resources, held against the class
/// path: no image can be built where these tests run, so what can be checked without one is.
class NativeMetadataTest {
  private static final String FOLDER = "META-INF/native-image/io.slipway/slipway/";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<String, Class<?>> PRIMITIVES =
      Map.of(
          "int", int.class, "long", long.class, "boolean", boolean.class, "double", double.class);

  @ParameterizedTest
  @ValueSource(strings = {"reflect-config.json", "jni-config.json"})
  void everyClassAndMemberNamedExists(String file) throws Exception {
    JsonNode entries = read(file);

    assertThat(entries).isNotEmpty();
    for (JsonNode entry : entries) {
      Class<?> type = type(entry.get("name").textValue());
      for (JsonNode method : entry.path("methods")) {
        List<Class<?>> parameters = new ArrayList<>();
        for (JsonNode parameter : method.get("parameterTypes")) {
          parameters.add(type(parameter.textValue()));
        }
        assertThat(member(type, method.get("name").textValue(), parameters)).isNotNull();
      }
    }
  }

  @Test
  void everyInterfaceThatIsImplementedAtRunTimeExists() throws Exception {
    for (JsonNode entry : read("proxy-config.json")) {
      for (JsonNode name : entry.get("interfaces")) {
        assertThat(type(name.textValue())).isInterface();
      }
    }
  }

  @Test
  void noClassIsNamedTwice() throws Exception {
    assertThat(names("reflect-config.json")).doesNotHaveDuplicates();
    assertThat(names("jni-config.json")).doesNotHaveDuplicates();
  }

  @Test
  void everyRecordThatAManifestIsBoundToIsNamed() throws Exception {
    Set<Class<?>> reached = new HashSet<>();
    reach(Manifest.class, reached);

    assertThat(names("reflect-config.json"))
        .containsAll(reached.stream().map(Class::getName).toList());
  }

  @Test
  void everyRecordOfTheProbesReportIsNamed() throws Exception {
    Set<Class<?>> reached = new HashSet<>();
    reach(ProbeReport.class, reached);

    assertThat(names("reflect-config.json"))
        .containsAll(reached.stream().map(Class::getName).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "META-INF/services/io.netty.bootstrap.ChannelInitializerExtension",
        "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
        "ai/onnxruntime/native/linux-x64/libonnxruntime4j_jni.so",
        "ai/onnxruntime/native/linux-aarch64/libonnxruntime.so",
        "native/lib/tokenizers.properties",
        "native/lib/linux-x86_64/cpu/libtokenizers.so",
        "postgres-linux-x86_64.txz"
      })
  void whatIsReadOrUnpackedAtRunTimeIsThereAndKept(String resource) throws Exception {
    assertThat(getClass().getClassLoader().getResource(resource)).isNotNull();
    assertThat(read("resource-config.json").at("/resources/includes"))
        .anyMatch(e -> Pattern.matches(e.get("pattern").textValue(), resource));
  }

  @Test
  void whatIsInitializedAtRunTimeExists() throws Exception {
    Properties properties = new Properties();
    try (InputStream in = open("native-image.properties")) {
      properties.load(in);
    }
    String[] arguments = properties.getProperty("Args").split("=", 2);

    assertThat(arguments[0]).isEqualTo("--initialize-at-run-time");
    for (String name : arguments[1].split(",")) {
      String path = name.replace('.', '/');
      ClassLoader loader = getClass().getClassLoader();
      assertThat(List.of(path, path + ".class"))
          .as("a package or class %s", name)
          .anyMatch(candidate -> loader.getResource(candidate) != null);
    }
  }

  /// Records, and the sealed types that stand for them, to any depth.
  private static void reach(Type type, Set<Class<?>> reached) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        reach(argument, reached);
      }
      return;
    }
    Class<?> declared = (Class<?>) type;
    if (!declared.getName().startsWith("io.slipway.") || isMadeByNew(declared)) {
      return;
    }
    if (!reached.add(declared)) {
      return;
    }
    if (declared.isSealed()) {
      for (Class<?> permitted : declared.getPermittedSubclasses()) {
        reach(permitted, reached);
      }
    }
    if (declared.isRecord()) {
      for (RecordComponent component : declared.getRecordComponents()) {
        reach(component.getGenericType(), reached);
      }
    }
  }

  /// Scalars and long lists are made by `new`, not by reflection.
  private static boolean isMadeByNew(Class<?> type) {
    return Set.of("Scalar", "TextList", "NumberList").contains(type.getSimpleName());
  }

  private static List<String> names(String file) throws IOException {
    return StreamSupport.stream(read(file).spliterator(), false)
        .map(entry -> entry.get("name").textValue())
        .toList();
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    if (name.endsWith("[]")) {
      return type(name.substring(0, name.length() - 2)).arrayType();
    }
    Class<?> primitive = PRIMITIVES.get(name);
    return primitive != null
        ? primitive
        : Class.forName(name, false, NativeMetadataTest.class.getClassLoader());
  }

  private static Executable member(Class<?> type, String name, List<Class<?>> parameters)
      throws NoSuchMethodException {
    Class<?>[] types = parameters.toArray(Class<?>[]::new);
    return name.equals("<init>")
        ? type.getDeclaredConstructor(types)
        : type.getDeclaredMethod(name, types);
  }

  private static JsonNode read(String file) throws IOException {
    try (InputStream in = open(file)) {
      return JSON.readTree(in);
    }
  }

  private static InputStream open(String file) {
    InputStream in = NativeMetadataTest.class.getClassLoader().getResourceAsStream(FOLDER + file);
    assertThat(in).as(file).isNotNull();
    return in;
  }
}
