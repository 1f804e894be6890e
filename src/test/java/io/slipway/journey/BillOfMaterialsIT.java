package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The bill of materials (CycloneDX) that the distribution carries, against its jars.
class BillOfMaterialsIT {
  private static final Path FOLDER = Path.of(System.getProperty("slipway.jar")).getParent();

  /// What asks for the source of what is built on it.
  private static final Pattern TOO_FAR =
      Pattern.compile("(?i)\\bA?GPL|General Public License|SSPL|Business Source|Commons Clause");

  private static final Pattern LESSER =
      Pattern.compile("(?i)LGPL|Lesser|Library General|classpath");

  /// Joined as the application is put together: Maven does not know of them, nor does its bill.
  private static final Set<String> ADDED_BY_QUARKUS =
      Set.of(
          "io.opentelemetry.contrib.opentelemetry-aws-xray-propagator-",
          "io.opentelemetry.instrumentation.opentelemetry-aws-sdk-",
          "io.quarkiverse.amazonservices.quarkus-amazon-opentelemetry-internal-",
          "io.quarkus.quarkus-flyway-postgresql-");

  /// The bill tells licences, which takes the registries: Maven makes none offline.
  private static JsonNode bill() throws IOException {
    assumeThat(FOLDER.resolve("sbom.cdx.json")).exists();
    return new ObjectMapper().readTree(FOLDER.resolve("sbom.cdx.json").toFile());
  }

  @Test
  void itNamesEveryJarWithItsVersionAndHash() throws IOException {
    JsonNode bill = bill();
    assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
    Set<String> named = new TreeSet<>();
    for (JsonNode each : bill.path("components")) {
      named.add(
          each.path("group").asText()
              + "."
              + each.path("name").asText()
              + "-"
              + each.path("version").asText());
      assertThat(each.path("purl").asText()).startsWith("pkg:maven/");
      assertThat(each.path("hashes")).as(each.path("name").asText()).isNotEmpty();
    }
    Set<String> jars;
    try (Stream<Path> files = Files.walk(FOLDER.resolve("lib"))) {
      jars =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".jar"))
              .map(name -> name.substring(0, name.length() - ".jar".length()))
              // Quarkus says so of those that it has taken a class from.
              .map(name -> name.replaceFirst("^modified-", ""))
              .collect(Collectors.toCollection(TreeSet::new));
    }
    assertThat(jars).hasSizeGreaterThan(150);
    // A classifier stands behind the version.
    jars.removeIf(
        jar -> named.stream().anyMatch(each -> jar.equals(each) || jar.startsWith(each + "-")));
    jars.removeIf(jar -> ADDED_BY_QUARKUS.stream().anyMatch(jar::startsWith));
    assertThat(jars).as("jars that the bill does not name").isEmpty();
  }

  @Test
  void everyPartCanBeHadUnderALicenceThatLetsThisOneBe() throws IOException {
    List<String> unfit = new ArrayList<>();
    for (JsonNode each : bill().path("components")) {
      List<String> licences = new ArrayList<>();
      each.path("licenses")
          .forEach(
              entry ->
                  licences.add(
                      entry.path("expression").asText()
                          + entry.at("/license/id").asText()
                          + entry.at("/license/name").asText()));
      boolean fits =
          licences.stream()
              .anyMatch(
                  licence -> !TOO_FAR.matcher(licence).find() || LESSER.matcher(licence).find());
      if (!fits) {
        unfit.add(each.path("purl").asText() + " " + licences);
      }
    }
    assertThat(unfit).isEmpty();
  }
}
