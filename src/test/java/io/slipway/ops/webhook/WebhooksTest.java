package io.slipway.ops.webhook;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.slipway.ops.webhook.Receiver.Call;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.registry.Caller;
import io.slipway.registry.EventKinds;
import io.slipway.registry.HandCheck;
import io.slipway.registry.Outbox;
import io.slipway.registry.Promotion;
import io.slipway.registry.Registry;
import io.slipway.registry.RegistryEvents;
import io.slipway.registry.Rollback;
import io.slipway.registry.TestBundle;
import io.slipway.registry.Upload;
import io.slipway.registry.WebhookPositions;
import io.slipway.security.ModelScope;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Webhooks on a real database, to receivers that speak TLS. One target is configured, so that the
/// whole way is gone; the others are made by the tests, each with a model of its own.
@QuarkusTest
@TestProfile(WebhooksTest.Profile.class)
class WebhooksTest {
  private static final Caller ANNA = new Caller("anna", null);
  private static final String HOST = "receiver.example.com";
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String PATH = "/known-to-us-alone?token=hidden";
  private static final AddressRule LOOPBACK = new AddressRule(List.of(Network.of("127.0.0.0/8")));
  private static final RetryPolicy QUICK =
      new RetryPolicy(
          Duration.ofSeconds(5),
          Duration.ofHours(24),
          new Backoff(Duration.ofMillis(20), Duration.ofMillis(100)));

  private static Receiver configured;

  @Inject Registry registry;
  @Inject Outbox outbox;
  @Inject RegistryEvents events;
  @Inject WebhookPositions positions;
  @Inject MeterRegistry meters;
  @Inject Vertx vertx;
  @Inject TlsConfigurationRegistry certificates;
  @Inject InstantSource clock;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, Integer> weights = new HashMap<>();
  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private final Handler listening =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          log.add(new java.util.logging.SimpleFormatter().format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  /// The receiver that is configured.
  public static final class Receivers implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
      configured = new Receiver(Certificates.GOOD);
      return Map.of(
          "slipway.webhooks.hosts",
          "localhost",
          "slipway.webhooks.private-networks",
          "127.0.0.0/8,::1/128",
          "slipway.webhooks.tls",
          "receivers",
          "quarkus.tls.receivers.trust-store.pem.certs",
          Certificates.certificate(Certificates.GOOD)
              + ","
              + Certificates.certificate(Certificates.ANOTHERS),
          "slipway.webhooks.targets.configured.url",
          "https://localhost:" + configured.port() + PATH,
          "slipway.webhooks.targets.configured.secret",
          SECRET,
          "slipway.webhooks.targets.configured.models",
          "told-*",
          "quarkus.tls.careless.trust-all",
          "true");
    }

    @Override
    public void stop() {
      configured.close();
    }
  }

  /// One target, and the registry without ONNX.
  public static final class Profile implements QuarkusTestProfile {
    @Override
    public Set<Class<?>> getEnabledAlternatives() {
      return Set.of(HandCheck.class);
    }

    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(
          new TestResourceEntry(EmbeddedDatabaseResource.class),
          new TestResourceEntry(Receivers.class));
    }
  }

  @BeforeEach
  void listen() {
    Logger.getLogger("").addHandler(listening);
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    Logger.getLogger("").removeHandler(listening);
    assertThat(log)
        .as("nothing secret is logged, and no failure of ours")
        .noneMatch(line -> line.contains("known-to-us-alone") || line.contains("MfKQ9r8G"))
        .noneMatch(line -> line.contains("Exception"));
  }

  @Test
  void whatIsConfiguredIsToldInOrderSignedAndCounted() throws Exception {
    register("told-of");
    promote("told-of", 1);
    register("untold");
    register("told-of");
    promote("told-of", 2);
    registry.rollback(
        new Rollback("told-of", "production", null, null, "worse", null, ANNA), version -> {});
    await().until(() -> configured.calls().size() >= 5);
    List<Call> calls = configured.calls();
    assertThat(calls)
        .extracting(Call::kind)
        .containsExactly("registered", "promoted", "registered", "promoted", "rolled_back");
    assertThat(calls).extracting(Call::id).doesNotHaveDuplicates();
    for (Call call : calls) {
      assertThat(call.path()).isEqualTo(PATH);
      assertThat(call.headers().getFirst("content-type")).isEqualTo("application/json");
      assertThat(call.headers().getFirst("host")).isEqualTo("localhost:" + configured.port());
      assertThat(call.id()).matches("configured_[0-9]+_[0-9a-f]{16}");
      long timestamp = Long.parseLong(call.headers().getFirst("webhook-timestamp"));
      assertThat(Instant.ofEpochSecond(timestamp))
          .isBetween(clock.instant().minusSeconds(60), clock.instant());
      assertThat(call.headers().getFirst("webhook-signature"))
          .isEqualTo(
              SigningSecret.of(SECRET).sign(call.id(), timestamp, call.body().getBytes("UTF-8")));
    }
    JsonNode last = new ObjectMapper().readTree(calls.getLast().body());
    assertThat(last.fieldNames())
        .toIterable()
        .containsExactly("type", "timestamp", "data", "audit");
    assertThat(calls.getLast().id())
        .as("the number and the hash of the entry")
        .isEqualTo(
            "configured_"
                + last.at("/audit/seq").asLong()
                + "_"
                + last.at("/audit/hash").asText().substring(0, 16));
    assertThat(last.at("/audit/hash").asText()).matches("[0-9a-f]{64}");
    assertThat(last.get("timestamp")).isEqualTo(last.at("/data/at"));
    assertThat(last.at("/data/model").asText()).isEqualTo("told-of");
    assertThat(last.at("/data/version").asInt()).isEqualTo(1);
    assertThat(last.at("/data/previous").asInt()).isEqualTo(2);
    assertThat(last.at("/data/actor").asText()).isEqualTo("anna");
    await()
        .untilAsserted(
            () ->
                assertThat(given().get("/metrics").asString())
                    .contains(
                        "slipway_webhook_deliveries_total{outcome=\"delivered\",webhook=\"configured\"}"
                            + " 5.0")
                    .contains(
                        "slipway_webhook_deliveries_total{outcome=\"failed\",webhook=\"configured\"}"
                            + " 0.0")
                    .contains("slipway_webhook_behind_seconds{webhook=\"configured\"} 0.0")
                    .doesNotContain("known-to-us-alone", HOST));
  }

  @Test
  void whatFailsIsTheSameWhenItIsToldAgainAndNothingIsLeftOutOrPassed() {
    Receiver receiver = receiver(Certificates.GOOD);
    AtomicInteger failures = new AtomicInteger(3);
    receiver.answers(
        exchange ->
            Receiver.status(
                    receiver.calls().getLast().kind().equals("promoted")
                            && failures.getAndDecrement() > 0
                        ? 500
                        : 200)
                .to(exchange));
    tell(target("retried", receiver));
    register("retried");
    promote("retried", 1);
    register("retried");
    await().until(() -> receiver.calls().size() >= 6);
    List<Call> calls = receiver.calls();
    assertThat(calls)
        .extracting(Call::kind)
        .containsExactly(
            "registered", "promoted", "promoted", "promoted", "promoted", "registered");
    assertThat(calls.subList(1, 5)).extracting(Call::id).containsOnly(calls.get(1).id());
    assertThat(calls.subList(1, 5)).extracting(Call::body).containsOnly(calls.get(1).body());
    await().until(() -> count("retried", "delivered") == 3);
    assertThat(count("retried", "failed")).isEqualTo(3);
    assertThat(log)
        .filteredOn(line -> line.contains("did not accept"))
        .singleElement()
        .asString()
        .contains("webhook retried (receiver.example.com)", "status 500");
    assertThat(log).anyMatch(line -> line.contains("accepts events again"));
  }

  @Test
  void aRedirectIsNotFollowed() {
    Receiver elsewhere = receiver(Certificates.GOOD);
    Receiver receiver = receiver(Certificates.GOOD);
    for (int status : new int[] {301, 302, 303, 307, 308}) {
      receiver.answers(
          exchange -> {
            exchange
                .getResponseHeaders()
                .add("Location", "https://" + HOST + ":" + elsewhere.port() + PATH);
            exchange.sendResponseHeaders(status, -1);
          });
      String name = "redirected-" + status;
      int before = receiver.calls().size();
      tell(target(name, receiver));
      register(name);
      await().until(() -> receiver.calls().size() >= before + 2);
      assertThat(log)
          .anyMatch(line -> line.contains("status " + status + "; redirects are not followed"));
      receiver.answers(Receiver.status(200));
      await().until(() -> count(name, "delivered") == 1);
    }
    assertThat(elsewhere.calls()).isEmpty();
  }

  @Test
  void aPrivateAddressIsNotEvenConnectedToWhateverNameLeadsThere() throws IOException {
    try (ServerSocket inside = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      inside.setSoTimeout(1);
      AddressRule publicOnly = new AddressRule(List.of());
      InetAddress loopback = InetAddress.getLoopbackAddress();
      InetAddress good = InetAddress.ofLiteral("93.184.215.14");
      Map<String, Resolver> resolvers =
          Map.of(
              "private-one", _ -> List.of(loopback),
              "private-among", _ -> List.of(good, loopback),
              "private-mapped", _ -> List.of(InetAddress.ofLiteral("64:ff9b::7f00:1")));
      resolvers.forEach(
          (name, resolver) -> {
            Target target = target(name, inside.getLocalPort());
            tell(target, sender(target, publicOnly, resolver), QUICK, UUID.randomUUID(), clock);
            register(name);
            await().until(() -> count(name, "failed") >= 3);
            assertThat(count(name, "delivered")).isZero();
            assertThat(log)
                .anyMatch(
                    line ->
                        line.contains("webhook " + name) && line.contains("which is not public"));
          });
      assertThatThrownBy(inside::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void theConnectionGoesToTheAddressThatWasJudgedAndTheNameIsAskedForOnce() {
    Receiver receiver = receiver(Certificates.GOOD);
    Target target = target("rebound", receiver);
    AtomicInteger asked = new AtomicInteger();
    Resolver rebinding =
        host -> {
          assertThat(host).isEqualTo(HOST);
          return List.of(
              asked.getAndIncrement() == 0
                  ? InetAddress.getLoopbackAddress()
                  : InetAddress.ofLiteral("169.254.169.254"));
        };
    tell(target, sender(target, LOOPBACK, rebinding), QUICK, UUID.randomUUID(), clock);
    register("rebound");
    await().until(() -> count("rebound", "delivered") == 1);
    assertThat(asked).hasValue(1);
    assertThat(receiver.calls().getFirst().headers().getFirst("host"))
        .isEqualTo(HOST + ":" + receiver.port());
  }

  @Test
  void aCertificateOfAnotherNameOrOfAStrangerEndsTheTry() {
    for (String certificate : List.of(Certificates.ANOTHERS, Certificates.STRANGE)) {
      Receiver receiver = receiver(certificate);
      String name = "certified-" + certificate;
      tell(target(name, receiver));
      register(name);
      await().until(() -> count(name, "failed") >= 2);
      assertThat(receiver.calls()).isEmpty();
      assertThat(log).anyMatch(line -> line.contains("webhook " + name) && line.contains("TLS: "));
    }
  }

  @Test
  void aTlsConfigurationThatIsMissingOrTrustsEverybodyRefusesTheStart() {
    assertThatThrownBy(() -> Webhooks.tls("missing", certificates))
        .isInstanceOf(UnusableTarget.class)
        .hasMessageContaining("slipway.webhooks.tls: there is no TLS configuration 'missing'");
    assertThatThrownBy(() -> Webhooks.tls("careless", certificates))
        .isInstanceOf(UnusableTarget.class)
        .hasMessageContaining("slipway.webhooks.tls: 'careless' trusts all certificates");
    assertThat(Webhooks.tls("receivers", certificates).isTrustAll()).isFalse();
  }

  @Test
  void aTargetThatHangsDelaysNoOther() {
    Receiver hanging = receiver(Certificates.GOOD);
    CountDownLatch released = new CountDownLatch(1);
    hanging.answers(
        exchange -> {
          released.await();
          exchange.sendResponseHeaders(200, -1);
        });
    Receiver receiver = receiver(Certificates.GOOD);
    Target slow = target("hanging", hanging, "hangs");
    RetryPolicy retry = new RetryPolicy(Duration.ofMinutes(1), QUICK.giveUp(), QUICK.backoff());
    tell(slow, sender(slow, LOOPBACK, here(), retry), retry, UUID.randomUUID(), clock);
    tell(target("lively", receiver, "hangs"));
    register("hangs");
    await().until(() -> hanging.calls().size() == 1);
    promote("hangs", 1);
    register("hangs");
    await().until(() -> count("lively", "delivered") == 3);
    assertThat(count("hanging", "delivered") + count("hanging", "failed")).isZero();
    assertThat(
            meters.get("slipway.webhook.behind.seconds").tag("webhook", "hanging").gauge().value())
        .isPositive();
    released.countDown();
    await().until(() -> count("hanging", "delivered") == 3);
    assertThat(hanging.calls())
        .extracting(Call::kind)
        .containsExactly("registered", "promoted", "registered");
  }

  @Test
  void anAnswerThatDoesNotComeInTimeIsAFailureAndOneThatDoesNotEndIsCut() {
    Receiver receiver = receiver(Certificates.GOOD);
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch cut = new CountDownLatch(1);
    AtomicInteger tries = new AtomicInteger();
    receiver.answers(
        exchange -> {
          if (tries.getAndIncrement() == 0) {
            released.await();
            return;
          }
          exchange.sendResponseHeaders(200, 0);
          byte[] noise = new byte[8_192];
          try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
              out.write(noise);
            }
          } catch (IOException e) {
            cut.countDown();
          }
        });
    Target target = target("endless", receiver);
    RetryPolicy brief = new RetryPolicy(Duration.ofMillis(500), QUICK.giveUp(), QUICK.backoff());
    tell(target, sender(target, LOOPBACK, here(), brief), brief, UUID.randomUUID(), clock);
    register("endless");
    await().until(() -> count("endless", "delivered") == 1);
    assertThat(count("endless", "failed")).isEqualTo(1);
    assertThat(log).anyMatch(line -> line.contains("no answer within 500 ms"));
    await().until(() -> cut.getCount() == 0);
    released.countDown();
  }

  @Test
  void aTargetIsToldOfItsEventsAndModelsAlone() {
    Receiver receiver = receiver(Certificates.GOOD);
    tell(
        new Target(
            "choosy",
            HOST,
            receiver.port(),
            PATH,
            SigningSecret.of(SECRET),
            new EventKinds(List.of("promoted", "a.later.*")),
            new ModelScope(List.of("chosen-*"))));
    register("chosen-one");
    promote("chosen-one", 1);
    register("other");
    promote("other", 1);
    outbox.add("of.a.later", "chosen-two", JsonNodeFactory.instance.objectNode());
    outbox.add("a.later.kind", "other", JsonNodeFactory.instance.objectNode());
    outbox.add("a.later.kind", "chosen-two", JsonNodeFactory.instance.objectNode().put("n", 1));
    register("chosen-two");
    promote("chosen-two", 1);
    await().until(() -> count("choosy", "delivered") == 3);
    assertThat(receiver.calls())
        .extracting(call -> call.kind() + " " + call.body().contains("\"chosen-"))
        .containsExactly("promoted true", "a.later.kind true", "promoted true");
    assertThat(receiver.calls().get(1).body())
        .contains("\"data\":{\"kind\":\"a.later.kind\",\"model\":\"chosen-two\",\"n\":1,\"at\":");
    await().until(() -> outbox.after(positions.of("choosy").sequence()).isEmpty());
  }

  @Test
  void whoGoesOnGoesOnWhereTheTargetWasAndNotBeforeTheTurnIsFree() {
    Receiver receiver = receiver(Certificates.GOOD);
    Target target = target("survivor", receiver);
    Running first = tell(target);
    register("survivor");
    await().until(() -> count("survivor", "delivered") == 1);
    first.close();
    promote("survivor", 1);
    UUID crashed = UUID.randomUUID();
    Duration lease = Duration.ofSeconds(2);
    await()
        .until(
            () ->
                positions.claim("survivor", crashed, lease)
                    instanceof WebhookPositions.Claim.Taken);
    long begun = System.nanoTime();
    tell(target);
    await().until(() -> receiver.calls().size() == 2);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(lease.dividedBy(2));
    assertThat(receiver.calls()).extracting(Call::kind).containsExactly("registered", "promoted");
  }

  @Test
  void ofTwoReplicasOneTellsEachEventOnceAndInOrder() {
    Receiver receiver = receiver(Certificates.GOOD);
    Target target = target("shared", receiver);
    tell(target);
    tell(target);
    register("shared");
    register("shared");
    int moves = 30;
    for (int i = 0; i < moves; i++) {
      promote("shared", 1 + i % 2);
    }
    await().until(() -> count("shared", "delivered") >= moves + 2);
    await().until(() -> outbox.after(positions.of("shared").sequence()).isEmpty());
    assertThat(receiver.calls()).extracting(Call::id).doesNotHaveDuplicates().hasSize(moves + 2);
    assertThat(receiver.calls().subList(2, moves + 2)).extracting(Call::revision).isSorted();
  }

  @Test
  void whatIsTooOldIsGivenUpCountedAndLoggedAndTheNextIsTold() {
    Receiver receiver = receiver(Certificates.GOOD);
    receiver.answers(Receiver.status(503));
    Target target = target("forsaken", receiver);
    Duration[] ahead = {Duration.ZERO};
    tell(
        target,
        sender(target, LOOPBACK, here()),
        QUICK,
        UUID.randomUUID(),
        () -> clock.instant().plus(ahead[0]));
    register("forsaken");
    await().until(() -> count("forsaken", "failed") >= 2);
    ahead[0] = QUICK.giveUp().plusMinutes(1);
    await().until(() -> count("forsaken", "given_up") == 1);
    // Said at the end of the round in which it was counted.
    await()
        .untilAsserted(
            () ->
                assertThat(log)
                    .anyMatch(
                        line ->
                            line.contains("webhook forsaken")
                                && line.contains("gave up on 1 events")));
    ahead[0] = Duration.ZERO;
    receiver.answers(Receiver.status(200));
    promote("forsaken", 1);
    await().until(() -> count("forsaken", "delivered") == 1);
    assertThat(receiver.calls().getLast().kind()).isEqualTo("promoted");
    assertThat(count("forsaken", "given_up")).isEqualTo(1);
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30));
  }

  private Receiver receiver(String certificate) {
    Receiver receiver = new Receiver(certificate);
    open.add(receiver);
    return receiver;
  }

  /// For the model of its name.
  private static Target target(String name, Receiver receiver) {
    return target(name, receiver, name);
  }

  private static Target target(String name, Receiver receiver, String model) {
    return target(name, receiver.port(), model);
  }

  private static Target target(String name, int port) {
    return target(name, port, name);
  }

  private static Target target(String name, int port, String model) {
    return new Target(
        name,
        HOST,
        port,
        PATH,
        SigningSecret.of(SECRET),
        EventKinds.ALL,
        new ModelScope(List.of(model)));
  }

  private static Resolver here() {
    return _ -> List.of(InetAddress.getLoopbackAddress());
  }

  private Sender sender(Target target, AddressRule rule, Resolver resolver) {
    return sender(target, rule, resolver, QUICK);
  }

  private Sender sender(Target target, AddressRule rule, Resolver resolver, RetryPolicy retry) {
    return new Sender(
        vertx,
        target,
        rule,
        resolver,
        clock,
        retry.timeout(),
        certificates.get("receivers").orElseThrow());
  }

  private Running tell(Target target) {
    return tell(target, sender(target, LOOPBACK, here()), QUICK, UUID.randomUUID(), clock);
  }

  /// Begins to tell `target` of what happens from now on.
  private Running tell(
      Target target, Sender sender, RetryPolicy retry, UUID replica, InstantSource time) {
    positions.of(target.name());
    Delivery delivery =
        new Delivery(
            target,
            sender,
            outbox,
            positions,
            new WebhookMetrics(meters, target.name(), clock),
            retry,
            time,
            replica);
    Running running = new Running(delivery, sender, events.subscribe(delivery::heard));
    delivery.start();
    open.add(running);
    return running;
  }

  private record Running(Delivery delivery, Sender sender, RegistryEvents.Subscription waking)
      implements AutoCloseable {
    @Override
    public void close() {
      waking.close();
      delivery.stop();
      try {
        delivery.awaitEnd(Duration.ofSeconds(10));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      sender.close();
    }
  }

  private double count(String webhook, String outcome) {
    return meters
        .counter("slipway.webhook.deliveries", "webhook", webhook, "outcome", outcome)
        .count();
  }

  /// The next version of `model`.
  private void register(String model) {
    int weight = weights.merge(model, 1, Integer::sum);
    registry.register(
        Upload.streamed(model, TestBundle.of(weight).stream(), Upload.Kind.ZIP, false, null, ANNA));
  }

  private void promote(String model, int version) {
    registry.promote(new Promotion(model, "production", version, null, null, ANNA), prepared -> {});
  }
}
