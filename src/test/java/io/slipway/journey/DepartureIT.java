package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM under load, behind a balancer that looks at readiness: readiness goes down first, then
/// requests are answered on until the balancer has learned of it, and whatever was sent is
/// answered.
class DepartureIT {
  private static final int CALLERS = 8;
  private static final int WARM = 200;

  @TempDir Path temp;

  @Test
  void aStopLosesNoRequestAndReadinessGoesDownFirst() throws Exception {
    Server server =
        Server.launch(
            temp.resolve("data"),
            Map.of("SLIPWAY_SAMPLES_ENABLED", "false", "SLIPWAY_OPS_LEAVE_AFTER", "4s"));
    server.awaitReady();
    server.post(
        "/api/v1/models/customer-churn/versions",
        "application/zip",
        Bundles.zip(Bundles.SAMPLES.resolve("customer/v1")));
    server.put("/api/v1/models/customer-churn/stages/production", "{\"version\":1}");

    AtomicInteger answered = new AtomicInteger();
    AtomicBoolean balanced = new AtomicBoolean(true);
    Queue<String> lost = new ConcurrentLinkedQueue<>();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(Thread.ofPlatform().start(() -> call(server, balanced, answered, lost)));
    }
    await().atMost(Duration.ofMinutes(1)).until(() -> answered.get() >= WARM || !lost.isEmpty());
    int before = answered.get();
    server.terminate();
    await().atMost(Duration.ofSeconds(2)).until(() -> server.status("/q/health/ready") == 503);
    int unready = answered.get();
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> answered.get() >= unready + WARM || !lost.isEmpty());
    balanced.set(false);
    for (Thread caller : callers) {
      caller.join();
    }
    server.close();
    assertThat(lost).isEmpty();
    System.out.printf(
        "%d answers, %d after SIGTERM, %d after readiness went down%n",
        answered.get(), answered.get() - before, answered.get() - unready);
  }

  /// Calls as long as the balancer sends calls here.
  private static void call(
      Server server, AtomicBoolean balanced, AtomicInteger answered, Queue<String> lost) {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/models/customer-churn/predict"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"customer_id\":\"X\"}"))
            .build();
    while (balanced.get()) {
      try {
        HttpResponse<String> answer = server.client().send(request, BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          answered.incrementAndGet();
        } else {
          lost.add(answer.statusCode() + " " + answer.body());
        }
      } catch (IOException e) {
        lost.add(e.toString());
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
