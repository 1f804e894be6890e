package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.Digest;
import io.slipway.bundle.InvalidBundle;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.Session;
import org.hibernate.SessionEventListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(HandCheckedProfile.class)
class RegistryTest {
  private static final Caller ANNA = new Caller("anna", "request-1");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Inject Registry registry;
  @Inject BlobStore store;
  @Inject RegistryEvents events;
  @Inject Scrubber scrubber;
  @Inject MeterRegistry meters;
  @Inject DataSource source;
  @Inject EntityManager entities;

  @Inject
  @ConfigProperty(name = "slipway.data")
  Path data;

  @Test
  void aBundleBecomesAVersionThatComesBackAsItWas() throws Exception {
    byte[] zip = TestBundle.of("a").zip();
    ModelVersion version = created("comes-back", TestBundle.of("a"));

    assertThat(version.number()).isEqualTo(1);
    assertThat(version.registeredBy()).isEqualTo("anna");
    assertThat(version.examples()).isEqualTo(1);
    assertThat(version.blob()).isEqualTo(Digest.of(zip));
    assertThat(registry.find("comes-back", 1)).isEqualTo(version);
    assertThat(Files.readAllBytes(registry.archive(version))).isEqualTo(zip);

    VersionDetail detail = registry.detail("comes-back", 1);
    assertThat(detail.manifest().at("/model/description").asText()).isEqualTo("of a test");
    assertThat(detail.signature().at("/outputs/0/name").asText()).isEqualTo("y");
    assertThat(detail.files()).hasSize(3);

    Bundle bundle = registry.unpack(version, Files.createTempDirectory(data, "unpacked"));
    assertThat(bundle.digest()).isEqualTo(version.digest());
    assertThat(bundle.files()).containsOnlyKeys("bundle.json", "examples.jsonl", "model.onnx");
    try (StoredFile file = registry.file("comes-back", 1, "model.onnx")) {
      assertThat(new String(file.read().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("no model: a");
    }
    assertThatThrownBy(() -> registry.file("comes-back", 1, "../lock"))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void filesAreKeptAndComeBackButAreNeverServed() throws Exception {
    byte[] zip = TestBundle.of("a").zip();
    ModelVersion bundle = created("kinds", TestBundle.of("a"));
    ModelVersion files = registered(registry.register(files("kinds", zip)));

    assertThat(files.kind()).isEqualTo(VersionKind.FILES);
    assertThat(files.number()).isEqualTo(2);
    assertThat(files.digest()).isEqualTo(bundle.digest());
    assertThat(Files.readAllBytes(registry.archive(files))).isEqualTo(zip);
    assertThat(registry.detail("kinds", 2).files()).hasSize(3);
    try (StoredFile file = registry.file("kinds", 2, "model.onnx")) {
      assertThat(new String(file.read().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("no model: a");
    }
    assertThat(registry.register(files("kinds", zip))).isEqualTo(new Registration.Existing(files));
    assertThat(registry.find("kinds", 2)).isEqualTo(files);
    assertThat(registry.compare("kinds", 1, 2).differences())
        .extracting(Comparison.Difference::part)
        .doesNotContain(Comparison.Part.FILES);
    unpromotable("kinds", 2, "of kind files");
  }

  @Test
  void ofAnExternalVersionOnlyThePlaceIsKept() {
    String source = "s3://models/churn/7";
    ModelVersion external =
        registered(registry.external("elsewhere", source, "trained by others", ANNA));

    assertThat(external.kind()).isEqualTo(VersionKind.EXTERNAL);
    assertThat(registry.detail("elsewhere", 1).version()).isEqualTo(external);
    assertThat(registry.versions("elsewhere", null, 5).items()).containsExactly(external);
    assertThat(registry.external("elsewhere", source, null, ANNA))
        .isEqualTo(new Registration.Existing(external));
    assertThatThrownBy(() -> registry.archive(external))
        .isInstanceOf(Refusal.NotFound.class)
        .hasMessageContaining(source);
    unpromotable("elsewhere", 1, "of kind external");
    assertThat(scrubber.round(Long.MAX_VALUE)).isTrue();
    for (String bad : List.of("", "no scheme", "s3://two words", "s3://" + "x".repeat(2_000))) {
      assertThatThrownBy(() -> registry.external("elsewhere", bad, null, ANNA))
          .isInstanceOf(Refusal.InvalidValue.class);
    }
  }

  private void unpromotable(String model, int version, String why) {
    assertThatThrownBy(() -> promote(model, "production", version, null))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining(why);
    assertThatThrownBy(
            () ->
                registry.alias(
                    new AliasChange(model, "best", version, null, null, ANNA), prepared -> {}))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining(why);
  }

  private static Upload files(String model, byte[] zip) {
    return Upload.streamed(
        model, new ByteArrayInputStream(zip), Upload.Kind.FILES, false, null, ANNA);
  }

  private static ModelVersion registered(Registration registration) {
    return ((Registration.Created) registration).version();
  }

  @Test
  void theSameContentIsTheSameVersionEvenInAnotherArchive() {
    ModelVersion first = created("same", TestBundle.of("a"));
    assertThat(registry.register(upload("same", TestBundle.of("a"))))
        .isEqualTo(new Registration.Existing(first));
    ModelVersion second = created("same", TestBundle.of("b"));
    assertThat(second.number()).isEqualTo(2);
  }

  @Test
  void concurrentUploadsOfTheSameContentAreOneVersion() throws Exception {
    List<Registration> all =
        together(16, i -> registry.register(upload("duplicates", TestBundle.of("same"))));
    assertThat(all.stream().filter(Registration.Created.class::isInstance)).hasSize(1);
    assertThat(registry.versions("duplicates", null, 10).items()).hasSize(1);
  }

  @Test
  void concurrentUploadsOfDifferentContentHaveNumbersWithoutGaps() throws Exception {
    together(12, i -> registry.register(upload("numbers", TestBundle.of(i))));
    assertThat(registry.versions("numbers", null, 50).items())
        .extracting(ModelVersion::number)
        .containsExactly(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
  }

  @Test
  void aRefusedBundleLeavesNothingButAnAuditEntry() throws Exception {
    Set<String> before = stored();
    assertThatThrownBy(() -> registry.register(upload("refused", TestBundle.of("r").refused())))
        .isInstanceOf(InvalidBundle.class)
        .hasMessageContaining("expected 1");
    assertThatThrownBy(
            () -> registry.register(upload("refused", TestBundle.of("r").with(",\"unheard\":1"))))
        .isInstanceOf(InvalidBundle.class);

    assertThat(stored()).isEqualTo(before);
    assertThatThrownBy(() -> registry.find("refused")).isInstanceOf(Refusal.NotFound.class);
    List<AuditEntry> history = registry.history("refused", null, 10).items();
    assertThat(history).extracting(AuditEntry::action).containsOnly("version.rejected");
    assertThat(history.getLast().detail())
        .contains("example_mismatch")
        .contains("examples.jsonl:1");
    assertThat(history.getLast().requestId()).isEqualTo("request-1");
  }

  @Test
  void aBrokenUploadLeavesNothing() throws Exception {
    Set<String> before = stored();
    byte[] zip = TestBundle.of("x").zip();
    Digest other = Digest.of(new byte[] {1});
    assertThatThrownBy(() -> registry.register(raw("broken", new byte[] {1, 2, 3, 4, 5}, null)))
        .isInstanceOf(Refusal.Malformed.class);
    assertThatThrownBy(() -> registry.register(raw("broken", new byte[0], null)))
        .isInstanceOf(Refusal.Malformed.class);
    assertThatThrownBy(() -> registry.register(raw("broken", zip, other)))
        .isInstanceOf(Refusal.Malformed.class)
        .hasMessageContaining("the declared digest is");
    assertThatThrownBy(
            () ->
                registry.register(raw("broken", new byte[HandCheckedProfile.MAX_UPLOAD + 1], null)))
        .isInstanceOf(Refusal.TooLarge.class);
    assertThatThrownBy(
            () ->
                registry.register(
                    Upload.streamed(
                        "broken", new BrokenStream(), Upload.Kind.ZIP, false, null, ANNA)))
        .isInstanceOf(Refusal.Malformed.class);
    assertThatThrownBy(() -> registry.register(raw("Broken!", zip, null)))
        .isInstanceOf(Refusal.InvalidValue.class);
    assertThat(stored()).isEqualTo(before);
    assertThat(registry.register(raw("broken", zip, Digest.of(zip))))
        .isInstanceOf(Registration.Created.class);
  }

  @Test
  void aDryRunKeepsNothing() throws Exception {
    Set<String> before = stored();
    Registration dry =
        registry.register(
            Upload.streamed("dry", TestBundle.of("d").stream(), Upload.Kind.ZIP, true, null, ANNA));
    assertThat(dry).isInstanceOf(Registration.Checked.class);
    assertThat(stored()).isEqualTo(before);
    assertThatThrownBy(() -> registry.history("dry", null, 10))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void exactlyOneOfManyPromotionsWithTheSameExpectationWins() throws Exception {
    created("race", TestBundle.of(1));
    created("race", TestBundle.of(2));
    promote("race", "production", 1, null);
    long revision = registry.find("race").revision();
    created("race", TestBundle.of(3));

    List<Object> results =
        together(
            32,
            i -> {
              try {
                return promote("race", "production", 2 + i % 2, revision);
              } catch (Refusal.StaleRevision e) {
                assertThat(e.current()).isEqualTo(revision + 1);
                return e;
              }
            });
    assertThat(results.stream().filter(StageMoved.class::isInstance)).hasSize(1);
    assertThat(registry.find("race").revision()).isEqualTo(revision + 1);
    assertThat(
            registry.history("race", null, 50).items().stream()
                .filter(entry -> entry.action().equals("stage.promoted")))
        .hasSize(2);
  }

  @Test
  void promotionsWithoutExpectationComeOneAfterAnother() throws Exception {
    created("free", TestBundle.of(1));
    created("free", TestBundle.of(2));
    List<StageMoved> moves = together(8, i -> promote("free", "production", 1 + i % 2, null));
    long moved = moves.stream().filter(StageMoved::moved).count();
    assertThat(registry.find("free").revision()).isEqualTo(moved);
  }

  @Test
  void aRollbackUndoesTheLastMoveAndIsUndoneOnlyIfToldSo() {
    for (int i = 1; i <= 3; i++) {
      created("undo", TestBundle.of(i));
    }
    assertThatThrownBy(() -> rollback("undo", null)).isInstanceOf(Refusal.Conflict.class);
    promote("undo", "production", 1, null);
    assertThatThrownBy(() -> rollback("undo", null))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("nothing before");
    promote("undo", "Production", 2, null);
    assertThat(rollback("undo", null).version()).isEqualTo(1);
    assertThatThrownBy(() -> rollback("undo", null))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("rolled back from version 2 to 1 already")
        .hasMessageContaining("\"from\": 1 (--from 1)");
    StageMoved redone = rollback("undo", 1, null);
    assertThat(redone.version()).isEqualTo(2);
    assertThat(redone.previous()).isEqualTo(1);
    assertThatThrownBy(() -> rollback("undo", 3))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("never been in production");
    promote("undo", "production", 3, null);
    assertThat(rollback("undo", 1).version()).isEqualTo(1);
    assertThat(registry.find("undo").stages().getFirst().previous()).isEqualTo(3);
    assertThatThrownBy(() -> rollback("undo", null)).isInstanceOf(Refusal.Conflict.class);
    long seen = registry.find("undo").revision();
    assertThat(rollback("undo", null, seen).version()).as("by one who saw it").isEqualTo(3);
  }

  @Test
  void whatPreparationThrowsEndsThePromotion() {
    created("unprepared", TestBundle.of(1));
    assertThatThrownBy(
            () ->
                registry.promote(
                    new Promotion("unprepared", "production", 1, null, null, ANNA),
                    version -> {
                      throw new IllegalStateException("does not load");
                    }))
        .hasMessage("does not load");
    assertThat(registry.find("unprepared").stages()).isEmpty();
    assertThat(registry.find("unprepared").revision()).isZero();
  }

  @Test
  void aVersionThatIsReadyIsNotPreparedAgain() {
    created("warm", TestBundle.of(1));
    List<Integer> asked = new ArrayList<>();
    Preparation warm =
        new Preparation() {
          @Override
          public boolean ready(ModelVersion version) {
            return asked.add(version.number());
          }

          @Override
          public void prepare(ModelVersion version) {
            throw new AssertionError("is ready");
          }
        };
    StageMoved moved =
        registry.promote(new Promotion("warm", "production", 1, null, null, ANNA), warm);
    assertThat(moved.moved()).isTrue();
    assertThat(asked).containsExactly(1);
  }

  @Test
  void aRehearsalLeavesNothingBehind() {
    created("bystander", TestBundle.of(1));
    List<AuditEntry> before = registry.audit(null, 10).items();
    int models =
        registry
            .list(new ModelQuery(null, List.of(), null, ModelQuery.ANY, null, 100))
            .items()
            .size();
    for (int i = 0; i < 3; i++) {
      assertThat(registry.rehearse()).isPositive();
    }
    assertThat(registry.audit(null, 10).items()).isEqualTo(before);
    assertThat(
            registry.list(new ModelQuery(null, List.of(), null, ModelQuery.ANY, null, 100)).items())
        .hasSize(models);
    assertThat(registry.firstBrokenAuditEntry()).isNull();
  }

  @Test
  void aRollbackWhoseTargetMovedDuringPreparationIsRefused() {
    for (int i = 1; i <= 3; i++) {
      created("moving", TestBundle.of(i));
      promote("moving", "production", i, null);
    }
    assertThatThrownBy(
            () ->
                registry.rollback(
                    new Rollback("moving", "production", null, null, null, null, ANNA),
                    version -> promote("moving", "production", 1, null)))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("moved by someone else");
    assertThat(registry.find("moving").stages().getFirst().version()).isEqualTo(1);
  }

  @Test
  void aVersionThatWasArchivedDuringPreparationIsNotPromoted() {
    created("late", TestBundle.of(1));
    assertThatThrownBy(
            () ->
                registry.promote(
                    new Promotion("late", "production", 1, null, null, ANNA),
                    version -> patchVersion("late", 1, "{\"archived\":true}")))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("archived");
  }

  @Test
  void theGatesHold() {
    created("gates", TestBundle.of(1));
    created("gates", TestBundle.of("bare").withoutExamples());
    assertThatThrownBy(() -> promote("gates", "production", 2, null))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("no golden examples");
    assertThatThrownBy(() -> promote("gates", "canary", 1, null))
        .isInstanceOf(Refusal.NotFound.class);
    assertThatThrownBy(() -> promote("gates", "archived", 1, null))
        .isInstanceOf(Refusal.InvalidValue.class);
    assertThatThrownBy(() -> promote("gates", "production", 3, null))
        .isInstanceOf(Refusal.NotFound.class);
    patchModel(
        "gates",
        "{\"policy\":{\"examples\":\"optional\",\"stages\":[\"canary\"],\"require_if_match\":true}}");
    assertThatThrownBy(() -> promote("gates", "canary", 2, null))
        .isInstanceOf(Refusal.RevisionRequired.class);
    assertThat(promote("gates", "CANARY", 2, registry.find("gates").revision()).stage())
        .isEqualTo("canary");
    assertThatThrownBy(() -> patchVersion("gates", 2, "{\"archived\":true}"))
        .isInstanceOf(Refusal.Conflict.class);
    assertThatThrownBy(() -> patchModel("gates", "{\"policy\":{\"stages\":[]}}"))
        .isInstanceOf(Refusal.Conflict.class);
    assertThatThrownBy(() -> patchModel("gates", "{\"policy\":{\"stage\":[]}}"))
        .isInstanceOf(Refusal.InvalidValue.class)
        .hasMessageContaining("no member stage");
    assertThatThrownBy(() -> patchModel("gates", "{\"name\":\"other\"}"))
        .isInstanceOf(Refusal.InvalidValue.class)
        .hasMessageContaining("unknown member name");
  }

  @Test
  void aPolicyMayDemandLineage() {
    String lineage =
        ",\"lineage\":{\"code\":{\"commit\":\"0123456789abcdef0123456789abcdef01234567\"}}";
    String policy = ",\"policy\":{\"lineage\":[\"code.commit\",\"data\"]}";
    assertThatThrownBy(
            () -> registry.register(upload("demanding", TestBundle.of(1).with(lineage + policy))))
        .isInstanceOfSatisfying(
            InvalidBundle.class,
            e ->
                assertThat(e.findings())
                    .extracting(io.slipway.bundle.Finding::where)
                    .containsExactly("bundle.json#/lineage/data"));
    assertThatThrownBy(
            () ->
                registry.register(
                    upload("demanding", TestBundle.of(1).with(",\"policy\":{\"lineag\":[]}"))))
        .isInstanceOf(InvalidBundle.class)
        .hasMessageContaining("lineag");
  }

  @Test
  void versionsAndModelsThatAreInUseAreNotDeleted() {
    created("used", TestBundle.of(1));
    created("used", TestBundle.of(2));
    promote("used", "production", 1, null);
    alias("used", "champion", 2);
    assertThatThrownBy(() -> registry.delete("used", 1, null, ANNA))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("stage production");
    assertThatThrownBy(() -> registry.delete("used", 2, null, ANNA))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("alias champion");
    assertThatThrownBy(() -> registry.delete("used", false, null, ANNA))
        .isInstanceOf(Refusal.Conflict.class);
    alias("used", "champion", null);
    registry.delete("used", 2, null, ANNA);
    assertThatThrownBy(() -> registry.find("used", 2)).isInstanceOf(Refusal.NotFound.class);
    assertThat(created("used", TestBundle.of(2)).number()).isEqualTo(3);
    registry.delete("used", true, null, ANNA);
    assertThatThrownBy(() -> registry.find("used")).isInstanceOf(Refusal.NotFound.class);
    Long revision = registry.history("used", null, 1).items().getFirst().revision();
    assertThat(created("used", TestBundle.of(2)).number()).isEqualTo(4);
    assertThat(revision).isNotNull().isLessThan(registry.find("used").revision());
    assertThat(registry.find("used").stages()).isEmpty();
  }

  @Test
  void wantedNamesStagesPredecessorsAndAliases() {
    for (int i = 1; i <= 4; i++) {
      created("wanted", TestBundle.of(i));
    }
    promote("wanted", "production", 1, null);
    promote("wanted", "production", 2, null);
    alias("wanted", "challenger", 4);
    Wanted wanted =
        registry.wanted().stream()
            .filter(model -> model.model().equals("wanted"))
            .findFirst()
            .orElseThrow();
    assertThat(wanted.versions()).containsOnlyKeys(1, 2, 4);
    assertThat(wanted.stages().getFirst().previous()).isEqualTo(1);
    assertThat(wanted.aliases()).containsEntry("challenger", 4);
    assertThat(wanted.revision()).isEqualTo(3);
  }

  @Test
  void modelsAreFoundByTextTagAndStage() {
    created("find-alpha", TestBundle.of(1).with(",\"lineage\":{\"training\":{\"by\":\"Zoë%_x\"}}"));
    created("find-beta", TestBundle.of(1));
    patchModel("find-beta", "{\"tags\":{\"team\":\"risk\",\"eu\":\"\"},\"owner\":\"Ölaf\"}");
    promote("find-beta", "staging", 1, null);
    assertThat(names("zoë%_X", List.of(), null)).containsExactly("find-alpha");
    assertThat(names("find-", List.of("team=risk"), null)).containsExactly("find-beta");
    assertThat(names("find-", List.of("eu", "team"), null)).containsExactly("find-beta");
    assertThat(names("find-", List.of("team=fraud"), null)).isEmpty();
    assertThat(names("find-", List.of(), "Staging")).containsExactly("find-beta");
    assertThat(names("ölaf", List.of(), null)).containsExactly("find-beta");
    assertThat(names("find-%", List.of(), null)).isEmpty();
  }

  @Test
  void pagesJoinToTheWholeListWithoutRepetition() {
    for (int i = 0; i < 7; i++) {
      created("page-" + i, TestBundle.of(1));
    }
    List<String> seen = new ArrayList<>();
    String token = null;
    do {
      Page<Model> page =
          registry.list(new ModelQuery("page-", List.of(), null, ModelQuery.ANY, token, 3));
      page.items().forEach(model -> seen.add(model.name()));
      token = page.nextPageToken();
    } while (token != null);
    assertThat(seen)
        .containsExactly("page-0", "page-1", "page-2", "page-3", "page-4", "page-5", "page-6");
    assertThatThrownBy(() -> registry.versions("page-0", "???", 3))
        .isInstanceOf(Refusal.Malformed.class);
  }

  @Test
  void aPageOfModelsTakesAsManyStatementsAsOneModelAndSaysTheSame() {
    for (int i = 0; i < 6; i++) {
      created("many-" + i, TestBundle.of(1));
    }
    for (int i = 2; i <= Model.LATEST + 2; i++) {
      created("many-3", TestBundle.of(i));
    }
    promote("many-3", "production", 2, null);
    promote("many-3", "staging", 4, null);

    Model one = registry.find("many-3");
    List<Model> page =
        registry.list(new ModelQuery("many-", List.of(), null, ModelQuery.ANY, null, 50)).items();

    assertThat(page).hasSize(6).contains(one);
    assertThat(one.latest()).extracting(ModelVersion::number).containsExactly(7, 6, 5, 4, 3);
    assertThat(one.versions()).isEqualTo(Model.LATEST + 2);
    assertThat(one.stages()).extracting(Stage::name).containsExactly("production", "staging");
  }

  @Test
  void aPageOfAHundredModelsTakesAsManyStatementsAsOneModel() {
    for (int i = 0; i < 100; i++) {
      created("hundred-" + i, TestBundle.of(1));
      promote("hundred-" + i, "staging", 1, null);
    }
    AtomicInteger one = new AtomicInteger();
    AtomicInteger hundred = new AtomicInteger();

    assertThat(page("hundred-7", 1, one)).hasSize(1);
    assertThat(page("hundred-", 100, hundred))
        .hasSize(100)
        .allSatisfy(model -> assertThat(model.stages()).hasSize(1))
        .allSatisfy(model -> assertThat(model.latest()).hasSize(1));
    assertThat(one).hasValue(5);
    assertThat(hundred).hasValue(5);
  }

  /// Counts what the mapper prepares and what is prepared beside it.
  private List<Model> page(String text, int limit, AtomicInteger statements) {
    Sql sql = new Sql(counting(statements));
    Catalogue catalogue =
        new Catalogue(
            sql,
            new ModelSearch(sql),
            new ModelRepository(),
            new VersionRepository(sql),
            new StageRepository(),
            new AliasRepository());
    return Transactions.call(
        () -> {
          entities
              .unwrap(Session.class)
              .addEventListeners(
                  new SessionEventListener() {
                    @Override
                    public void jdbcPrepareStatementEnd() {
                      statements.incrementAndGet();
                    }
                  });
          ModelQuery query = new ModelQuery(text, List.of(), null, ModelQuery.ANY, null, limit);
          return catalogue.page(query).items();
        });
  }

  private DataSource counting(AtomicInteger statements) {
    return proxy(
        DataSource.class,
        (_, method, arguments) -> {
          Connection connection = (Connection) method.invoke(source, arguments);
          return proxy(
              Connection.class,
              (_, call, values) -> {
                if (call.getName().equals("prepareStatement")) {
                  statements.incrementAndGet();
                }
                return call.invoke(connection, values);
              });
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            RegistryTest.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Test
  void aChangedArchiveIsNotServed() throws Exception {
    ModelVersion version = created("rotten", TestBundle.of("bits"));
    Path blob = store.path(version.blob());
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);
    assertThatThrownBy(() -> registry.unpack(version, Files.createTempDirectory(data, "rotten")))
        .isInstanceOf(CorruptBlob.class);
    assertThatThrownBy(() -> registry.archive(version)).isInstanceOf(CorruptBlob.class);
    Files.delete(blob);
    assertThatThrownBy(() -> registry.archive(version))
        .isInstanceOf(CorruptBlob.class)
        .hasMessageContaining("gone");
    created("rotten-again", TestBundle.of("bits"));
    assertThat(registry.archive(version)).exists();
  }

  @Test
  void theScrubberFindsWhatHasRottedAndTheSameArchiveMendsIt() throws Exception {
    ModelVersion version = created("scrubbed", TestBundle.of("scrubbed"));
    double before = corrupt();
    assertThat(scrubber.round(Long.MAX_VALUE)).isTrue();
    assertThat(corrupt()).isEqualTo(before);

    Path blob = store.path(version.blob());
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);
    assertThat(scrubber.round(Long.MAX_VALUE)).isTrue();
    assertThat(corrupt()).isEqualTo(before + 1);

    assertThat(registry.register(upload("scrubbed", TestBundle.of("scrubbed"))))
        .isEqualTo(new Registration.Existing(version));
    assertThat(registry.archive(version)).exists();
    assertThat(scrubber.round(Long.MAX_VALUE)).isTrue();
    assertThat(corrupt()).isEqualTo(before + 1);
  }

  private double corrupt() {
    return meters.counter("slipway.artifact.corrupt").count();
  }

  @Test
  void listenersHearWhatWasCommitted() {
    List<RegistryEvent> heard = new CopyOnWriteArrayList<>();
    try (RegistryEvents.Subscription subscription =
        events.subscribe(
            event -> {
              if ("heard".equals(event.model())) {
                heard.add(event);
              }
            })) {
      assertThat(subscription).isNotNull();
      created("heard", TestBundle.of(1));
      promote("heard", "production", 1, null);
      promote("heard", "production", 1, null);
      await().atMost(Duration.ofSeconds(10)).until(() -> heard.size() >= 2);
    }
    promote("heard", "staging", 1, null);
    assertThat(heard).extracting(RegistryEvent::kind).containsExactly("registered", "promoted");
  }

  private ModelVersion created(String model, TestBundle bundle) {
    Registration registration = registry.register(upload(model, bundle));
    assertThat(registration).isInstanceOf(Registration.Created.class);
    return ((Registration.Created) registration).version();
  }

  private static Upload upload(String model, TestBundle bundle) {
    return raw(model, bundle.zip(), null);
  }

  private static Upload raw(String model, byte[] body, @Nullable Digest digest) {
    return Upload.streamed(
        model, new ByteArrayInputStream(body), Upload.Kind.ZIP, false, digest, ANNA);
  }

  private StageMoved promote(String model, String stage, int version, @Nullable Long expected) {
    return registry.promote(
        new Promotion(model, stage, version, "because", expected, ANNA), prepared -> {});
  }

  /// As one who knows what the stage serves.
  private StageMoved rollback(String model, @Nullable Integer from, @Nullable Long revision) {
    return registry.rollback(
        new Rollback(model, "production", null, from, "redo", revision, ANNA), prepared -> {});
  }

  private StageMoved rollback(String model, @Nullable Integer to) {
    return registry.rollback(
        new Rollback(model, "production", to, null, "worse", null, ANNA), prepared -> {});
  }

  private void alias(String model, String alias, @Nullable Integer version) {
    registry.alias(new AliasChange(model, alias, version, null, null, ANNA), prepared -> {});
  }

  private void patchModel(String model, String json) {
    try {
      registry.patch(model, JSON.readTree(json), null, ANNA);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void patchVersion(String model, int version, String json) {
    try {
      registry.patch(model, version, JSON.readTree(json), null, ANNA);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> names(String text, List<String> tags, @Nullable String stage) {
    return registry
        .list(new ModelQuery(text, tags, stage, ModelQuery.ANY, null, 50))
        .items()
        .stream()
        .map(Model::name)
        .toList();
  }

  /// Every file of the store.
  private Set<String> stored() throws IOException {
    try (Stream<Path> all = Files.walk(data.resolve("store"))) {
      return new TreeSet<>(all.filter(Files::isRegularFile).map(Path::toString).toList());
    }
  }

  private static <T> List<T> together(int threads, IntCall<T> call) throws Exception {
    CountDownLatch ready = new CountDownLatch(threads);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        Callable<T> task =
            () -> {
              ready.countDown();
              ready.await();
              return call.apply(number);
            };
        futures.add(executor.submit(task));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }

  @FunctionalInterface
  private interface IntCall<T> {
    T apply(int i) throws Exception;
  }

  /// A client that goes away.
  private static final class BrokenStream extends java.io.InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("reset by peer");
    }
  }
}
