package io.slipway.api.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.Bundles;
import io.slipway.api.Gateway;
import io.slipway.api.Gateway.Answer;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.registry.Caller;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Promotion;
import io.slipway.registry.Registry;
import io.slipway.registry.Rollback;
import io.slipway.serving.load.Promotions;
import io.slipway.suite.StopSignal;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/// A stage that flips between two versions while many predict: nobody notices but by the version.
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
class SwapUnderLoadTest {
  private static final int FLIPS = 60;

  @Inject Registry registry;
  @Inject Promotions promotions;

  @TestHTTPResource("/")
  URI root;

  @Test
  void everyAnswerIsOfOneVersionAndNoneIsLostWhileTheStageFlips() throws Exception {
    Map<Integer, String> digests = new ConcurrentHashMap<>();
    Map<Integer, Double> stays = new ConcurrentHashMap<>();
    String object = "{\"customer_id\":\"X\"}";
    Gateway gateway = new Gateway(root);
    for (String bundle : List.of("customer-v1", "customer-v2")) {
      ModelVersion version = Bundles.register(registry, "flip", bundle);
      promote(version.number());
      digests.put(version.number(), version.digest().toString());
      stays.put(version.number(), stay(gateway.json("/models/flip/predict", object)));
    }
    assertThat(digests).hasSize(2);
    assertThat(stays.get(1)).isNotCloseTo(stays.get(2), within(0.01));
    LongAdder answers = new LongAdder();
    Set<Integer> seen = ConcurrentHashMap.newKeySet();
    List<Long> millis = new ArrayList<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(4);
        StopSignal stop = new StopSignal()) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        calls.add(
            callers.submit(
                () -> {
                  Gateway own = new Gateway(root);
                  while (!stop.given()) {
                    Answer answer = own.json("/models/flip/predict", object);
                    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
                    int version = answer.json().get("version").asInt();
                    assertThat(answer.header("Slipway-Model-Version"))
                        .isEqualTo(Integer.toString(version));
                    assertThat(answer.header("Slipway-Model-Digest"))
                        .isEqualTo(digests.get(version));
                    assertThat(stay(answer)).isCloseTo(stays.get(version), within(1e-9));
                    seen.add(version);
                    answers.increment();
                  }
                }));
      }
      for (int i = 0; i < FLIPS; i++) {
        Promotions.Activated moved =
            i % 2 == 0
                ? promotions.rollback(
                    new Rollback("flip", "production", null, null, null, null, Caller.SYSTEM))
                : promote(2);
        millis.add(moved.activatedIn().toMillis());
        Answer after = gateway.json("/models/flip/predict", object);
        assertThat(after.json().get("version").asInt())
            .as("the move is in force when it is answered")
            .isEqualTo(moved.move().version())
            .isEqualTo(i % 2 == 0 ? 1 : 2);
      }
      stop.give();
      for (Future<?> call : calls) {
        call.get(30, TimeUnit.SECONDS);
      }
    }
    assertThat(seen).containsExactlyInAnyOrder(1, 2);
    assertThat(answers.sum()).isGreaterThan(FLIPS);
    System.out.println(
        answers.sum()
            + " answers during "
            + FLIPS
            + " flips; ms for each flip: "
            + new TreeSet<>(millis));
  }

  private Promotions.Activated promote(int version) {
    return promotions.promote(
        new Promotion("flip", "production", version, null, null, Caller.SYSTEM));
  }

  private static double stay(Answer answer) {
    JsonNode probability = answer.json().at("/output/probabilities/stay");
    assertThat(probability.isNumber()).as(answer.json().toString()).isTrue();
    return probability.asDouble();
  }
}
