package io.slipway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.OutputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The picture of ARCHITECTURE.md, kept true.
@AnalyzeClasses(packages = "io.slipway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule dataFlowsOneWayThroughTheRooms =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("process")
          .definedBy("io.slipway.process..")
          .layer("cli")
          .definedBy("io.slipway.cli..")
          .layer("ops")
          .definedBy("io.slipway.ops..")
          .layer("manual")
          .definedBy("io.slipway.manual..")
          .layer("api")
          .definedBy("io.slipway.api..")
          .layer("console")
          .definedBy("io.slipway.console..")
          .layer("peers")
          .definedBy("io.slipway.peers..")
          .layer("mlflow")
          .definedBy("io.slipway.mlflow..")
          .layer("openinference")
          .definedBy("io.slipway.openinference..")
          .layer("security")
          .definedBy("io.slipway.security..")
          .layer("door")
          .definedBy("io.slipway.door..")
          .layer("monitoring")
          .definedBy("io.slipway.monitoring..")
          .layer("serving")
          .definedBy("io.slipway.serving..")
          .layer("registry")
          .definedBy("io.slipway.registry..")
          .layer("onnx")
          .definedBy("io.slipway.onnx..")
          .layer("pipeline")
          .definedBy("io.slipway.pipeline..")
          .layer("signing")
          .definedBy("io.slipway.signing..")
          .layer("bundle")
          .definedBy("io.slipway.bundle..")
          .whereLayer("process")
          .mayOnlyBeAccessedByLayers("ops")
          .whereLayer("cli")
          .mayOnlyBeAccessedByLayers("process")
          .whereLayer("ops")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("manual")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("api")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("console")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("peers")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("mlflow")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("openinference")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("security")
          .mayOnlyBeAccessedByLayers("api", "openinference", "peers", "console", "ops")
          .whereLayer("door")
          .mayOnlyBeAccessedByLayers(
              "api", "mlflow", "openinference", "peers", "console", "manual", "security")
          .whereLayer("monitoring")
          .mayOnlyBeAccessedByLayers("api", "console", "ops")
          .whereLayer("serving")
          .mayOnlyBeAccessedByLayers(
              "api", "mlflow", "openinference", "peers", "console", "door", "ops", "monitoring")
          .whereLayer("registry")
          .mayOnlyBeAccessedByLayers(
              "api", "mlflow", "console", "ops", "security", "serving", "monitoring")
          .whereLayer("onnx")
          .mayOnlyBeAccessedByLayers("serving", "process", "cli")
          .whereLayer("signing")
          .mayOnlyBeAccessedByLayers("registry", "cli")
          .whereLayer("pipeline")
          .mayOnlyBeAccessedByLayers(
              "api", "mlflow", "openinference", "peers", "door", "serving", "onnx", "monitoring");

  @ArchTest
  static final ArchRule roomsHaveNoCycles =
      slices().matching("io.slipway.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule subRoomsOfThePipelineHaveNoCycles =
      slices().matching("io.slipway.pipeline.(*)..").should().beFreeOfCycles();

  /// What all of serving shares lies in the room itself and knows no sub-room. `id` makes and reads
  /// prediction ids, `run` predicts, `traffic` chooses what runs, `load` fills what is chosen from,
  // `replica` tells of it.
  @ArchTest
  static final ArchRule servingFlowsOneWayThroughItsSubRooms =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("shared")
          .definedBy("io.slipway.serving")
          .layer("id")
          .definedBy("io.slipway.serving.id..")
          .layer("run")
          .definedBy("io.slipway.serving.run..")
          .layer("traffic")
          .definedBy("io.slipway.serving.traffic..")
          .layer("load")
          .definedBy("io.slipway.serving.load..")
          .layer("replica")
          .definedBy("io.slipway.serving.replica..")
          .whereLayer("replica")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("load")
          .mayOnlyBeAccessedByLayers("replica")
          .whereLayer("traffic")
          .mayOnlyBeAccessedByLayers("load", "replica")
          .whereLayer("run")
          .mayOnlyBeAccessedByLayers("traffic", "load", "replica")
          .whereLayer("id")
          .mayOnlyBeAccessedByLayers("run", "traffic", "load", "replica");

  /// What the two contracts of the native door share knows neither of them, nor do they each other.
  @ArchTest
  static final ArchRule theContractsOfTheApiStandApart =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("shared")
          .definedBy("io.slipway.api")
          .layer("predict")
          .definedBy("io.slipway.api.predict..")
          .layer("registry")
          .definedBy("io.slipway.api.registry..")
          .layer("monitoring")
          .definedBy("io.slipway.api.monitoring..")
          .whereLayer("monitoring")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("predict")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("registry")
          .mayNotBeAccessedByAnyLayer();

  /// The registry only knows of tracking that artifacts need their bytes.
  @ArchTest
  static final ArchRule theRegistryDoesNotKnowTracking =
      noClasses()
          .that()
          .resideInAPackage("io.slipway.registry")
          .should()
          .dependOnClassesThat(resideInAnyPackage("io.slipway.registry.tracking.."));

  @ArchTest
  static final ArchRule onlyMlflowSpeaksOfTracking =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.slipway.mlflow..", "io.slipway.registry.tracking..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("io.slipway.registry.tracking.."));

  /// They are public for the sub-rooms of the registry only.
  @ArchTest
  static final ArchRule onlyTheRegistryRunsTransactionsAndSql =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.slipway.registry..")
          .should()
          .dependOnClassesThat()
          .haveNameMatching("io\\.slipway\\.registry\\.(Sql|Transactions|FileContents)(\\$.*)?");

  /// Files that use each other in a circle, from before that was forbidden; each as its room and
  /// its name. The list may only shrink: a file that has left its circle is struck out.
  private static final Set<Set<String>> CIRCLES =
      Set.of(
          Set.of("api.ExplainCall", "api.NdjsonStream", "api.ObjectCall", "api.PredictDoor"),
          Set.of("bundle.Step", "bundle.Variants"),
          Set.of("cli.Cli", "cli.CompletionVerb"),
          Set.of("cli.PartedUpload", "cli.RegistryClient"),
          Set.of("onnx.Branches", "onnx.RowAnalysis"),
          Set.of("onnx.GoldenCheck", "onnx.RowTrial"),
          Set.of("openinference.InferDoor", "openinference.RestCall"),
          Set.of("pipeline.BmpDecoder", "pipeline.GifDecoder", "pipeline.ImageHeader"),
          Set.of("pipeline.CategorySteps", "pipeline.OneHotEncoding"),
          Set.of(
              "pipeline.ImageReader",
              "pipeline.MailObjectReader",
              "pipeline.ObjectReader",
              "pipeline.RecordReader",
              "pipeline.TensorsReader",
              "pipeline.TextReader"),
          Set.of("registry.BlobStore", "registry.Workspace"),
          Set.of("registry.Catalogue", "registry.Scrubber"),
          Set.of("registry.Comparison", "registry.Differences"),
          Set.of("registry.PartialUpload", "registry.Upload"),
          Set.of("security.Denied", "security.Identity"),
          Set.of(
              "serving.Call",
              "serving.Choice",
              "serving.Lane",
              "serving.Lease",
              "serving.ModelLanes",
              "serving.Observer",
              "serving.Outcome",
              "serving.Reading",
              "serving.Route",
              "serving.RunSlot",
              "serving.Servable",
              "serving.ServingMetrics",
              "serving.Task",
              "serving.VersionMeters",
              "serving.Witness"));

  @ArchTest
  static void filesDoNotGoInCircles(JavaClasses classes) {
    Map<String, Set<String>> uses = new HashMap<>();
    for (JavaClass from : classes) {
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        String user = file(from);
        String used = file(dependency.getTargetClass());
        if (!user.equals(used)) {
          uses.computeIfAbsent(user, _ -> new TreeSet<>()).add(used);
        }
      }
    }
    Set<Set<String>> unknown = new HashSet<>();
    Set<String> left = new TreeSet<>();
    for (Set<String> circle : Circles.of(uses)) {
      Set<String> files = new TreeSet<>();
      circle.forEach(file -> files.add(inRoom(file)));
      if (CIRCLES.stream().noneMatch(known -> known.containsAll(files))) {
        unknown.add(files);
      }
      left.addAll(files);
    }
    assertThat(unknown).as("circles of files that are not among those known").isEmpty();
    Set<String> mended = new TreeSet<>();
    CIRCLES.forEach(mended::addAll);
    mended.removeAll(left);
    assertThat(mended).as("in no circle any more: strike them out of CIRCLES").isEmpty();
  }

  /// The full name of what the file of `type` declares.
  private static String file(JavaClass type) {
    String name = type.getBaseComponentType().getName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  /// Its name with its room, without the sub-room.
  private static String inRoom(String file) {
    return file.replaceFirst("^io\\.slipway\\.(\\w+)\\..*?(\\w+)$", "$1.$2");
  }

  @ArchTest
  static final ArchRule onlyOnnxTouchesTheRuntime =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.slipway.onnx..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("ai.onnxruntime.."));

  @ArchTest
  static final ArchRule onlyOpenInferenceSpeaksGrpc =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.slipway.openinference..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "inference..", "io.grpc..", "io.quarkus.grpc..", "com.google.protobuf.."));

  @ArchTest
  static final ArchRule onlyTheRegistryTouchesTheDatabase =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.slipway.registry..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "java.sql..",
                  "javax.sql..",
                  "io.agroal..",
                  "org.postgresql..",
                  "jakarta.persistence..",
                  "org.hibernate..",
                  "io.quarkus.hibernate..",
                  "io.quarkus.panache.."));

  /// What goes out of the room are immutable records.
  @ArchTest
  static final ArchRule rowsOfTheMapperStayInTheirRoom =
      classes()
          .that()
          .areAnnotatedWith("jakarta.persistence.Entity")
          .or()
          .implement("io.quarkus.hibernate.orm.panache.PanacheRepositoryBase")
          .should()
          .bePackagePrivate();

  @ArchTest
  static final ArchRule onlyTheRegistryTouchesTheBucket =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.slipway.registry..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("software.amazon.."));

  @ArchTest
  static final ArchRule onlyThePipelineReadsMailImagesAndHtml =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.slipway.pipeline..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "javax.imageio..",
                  "org.apache.james..",
                  "org.jsoup..",
                  "com.google.re2j..",
                  "ai.djl.."));

  @ArchTest
  static final ArchRule onlyDoorsSpeakHttp =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.slipway.api..",
              "io.slipway.mlflow..",
              "io.slipway.openinference..",
              "io.slipway.peers..",
              "io.slipway.console..",
              "io.slipway.door..",
              "io.slipway.manual..",
              "io.slipway.security.gate..",
              "io.slipway.ops..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("jakarta.ws.rs..", "io.vertx.ext.web..", "io.vertx.core.http.."));

  @ArchTest
  static final ArchRule theCommandLineStandsOnTheApi =
      noClasses()
          .that()
          .resideInAPackage("io.slipway.cli..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "io.slipway.registry..",
                  "io.slipway.serving..",
                  "io.slipway.api..",
                  "io.slipway.door..",
                  "io.slipway.security..",
                  "io.slipway.openinference..",
                  "io.slipway.mlflow..",
                  "io.slipway.peers..",
                  "io.slipway.console..",
                  "io.slipway.ops.."));

  @ArchTest
  static final ArchRule onlyTheConsoleMakesPages =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.slipway.console..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("io.quarkus.qute.."));

  @ArchTest
  static final ArchRule onlyTheCommandLineParsesOptions =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.slipway.cli..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("picocli.."));

  @ArchTest
  static final ArchRule onlyPagesAreMadeOfMarkdown =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.slipway.manual..", "io.slipway.console..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.commonmark.."));

  @ArchTest
  static final ArchRule onlyRoomsThatReadArchivesOrEncodedBodiesInflate =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.slipway.bundle..",
              "io.slipway.registry..",
              "io.slipway.pipeline.image..",
              "io.slipway.openinference..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("java.util.zip..").and(not(assignableTo(OutputStream.class))));

  @ArchTest
  static final ArchRule onlySigningAndTheGateKnowKeysAndCertificates =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.slipway.signing..", "io.slipway.security.gate..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "java.security.cert..", "java.security.spec..", "java.security.interfaces.."));

  @ArchTest
  static final ArchRule onlyTheGateAsksIssuersOfTokens =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.slipway.security.gate..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("io.quarkus.oidc..", "io.quarkus.security..", "org.jose4j.."));

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Base|DTO)");

  @ArchTest
  static final ArchRule timeComesFromAClock =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(java.time.LocalDate.class, "now")
          .orShould()
          .callMethod(java.time.OffsetDateTime.class, "now");
}
