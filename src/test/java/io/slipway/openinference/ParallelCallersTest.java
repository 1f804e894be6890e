package io.slipway.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.Bundles;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.registry.Registry;
import io.slipway.serving.load.Promotions;
import io.slipway.serving.traffic.ServingTable;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/// An answer is the same whoever else is calling: many callers at once, each of whom gets what he
/// would get alone.
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
class ParallelCallersTest {
  private static final int CALLERS = 64;
  private static final int ROUNDS = 20;

  @Inject ServingTable table;
  @Inject Registry registry;
  @Inject Promotions promotions;

  @TestHTTPResource("/")
  URI root;

  private final HttpClient client = HttpClient.newHttpClient();

  private HttpRequest post(String path, String body) {
    return HttpRequest.newBuilder(root.resolve(path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private JsonNode answer(HttpResponse<byte[]> response) {
    try {
      JsonNode json = Client.JSON.readTree(response.body());
      assertThat(response.statusCode()).as(json.toString()).isEqualTo(200);
      // The id of a decision is its own.
      ((ObjectNode) json).remove(List.of("prediction_id", "id", "parameters"));
      for (JsonNode output : json.path("outputs")) {
        if (output.path("name").asText().equals("prediction_id")) {
          ((ObjectNode) output).remove("data");
        }
      }
      return json;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Equal, numbers that are not whole within the bound in which rows of one run may differ.
  private static void assertSame(JsonNode answer, JsonNode alone, String caller) {
    if (alone.isDouble()) {
      assertThat(answer.doubleValue()).as(caller).isCloseTo(alone.doubleValue(), within(1e-5));
    } else if (alone.isContainerNode()) {
      assertThat(answer.size()).as(caller + ": " + answer).isEqualTo(alone.size());
      alone.properties().forEach(m -> assertSame(answer.path(m.getKey()), m.getValue(), caller));
      for (int i = 0; alone.isArray() && i < alone.size(); i++) {
        assertSame(answer.get(i), alone.get(i), caller);
      }
    } else {
      assertThat(answer).as(caller).isEqualTo(alone);
    }
  }

  /// Sends the requests alone and, again and again, all at once: the answers are the same.
  private void assertIndependent(IntFunction<HttpRequest> request) throws Exception {
    List<JsonNode> alone = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      alone.add(answer(client.send(request.apply(i), BodyHandlers.ofByteArray())));
    }
    for (int round = 0; round < ROUNDS; round++) {
      List<CompletableFuture<HttpResponse<byte[]>>> together = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        together.add(client.sendAsync(request.apply(i), BodyHandlers.ofByteArray()));
      }
      for (int i = 0; i < CALLERS; i++) {
        assertSame(answer(together.get(i).join()), alone.get(i), "caller " + i);
      }
    }
  }

  /// The objects of the golden examples of customer-v1.
  private static List<JsonNode> customers() throws IOException {
    List<JsonNode> customers = new ArrayList<>();
    for (String line :
        Files.readAllLines(Bundles.folder("customer-v1").resolve("examples.jsonl"))) {
      if (!line.isBlank()) {
        customers.add(Client.JSON.readTree(line).get("object"));
      }
    }
    return customers;
  }

  /// A customer as the inputs of the protocol.
  private static String inputs(JsonNode customer, JsonNode metadata) {
    ObjectNode body = Client.JSON.createObjectNode();
    for (JsonNode declared : metadata.get("inputs")) {
      ObjectNode input = body.withArray("inputs").addObject();
      input.set("name", declared.get("name"));
      input.set("datatype", declared.get("datatype"));
      input.putArray("shape").add(1).add(declared.at("/shape/1").asLong());
      input.putArray("data").add(customer.get(declared.get("name").asText()));
    }
    return body.toString();
  }

  @Test
  void tensorsOfManyCallersStayApart() throws Exception {
    Served.onnx(table, registry, promotions, "parallel-pair", "pair");
    assertIndependent(
        i ->
            post(
                "/v2/models/parallel-pair/infer",
                """
                {"inputs":[
                  {"name":"a","datatype":"INT32","shape":[1,4],"data":[%d,2,3,4]},
                  {"name":"b","datatype":"INT32","shape":[1,4],"data":[1,%d,1,1]}]}
                """
                    .formatted(i, 1000 + i)));
  }

  @Test
  void tensorsOfUnlikeNumbersOfRowsStayApart() throws Exception {
    Served.onnx(table, registry, promotions, "parallel-pair", "pair");
    assertIndependent(
        i -> {
          int rows = 1 + i % 8;
          String data = ("%d,2,3,4,".formatted(i)).repeat(rows).replaceFirst(",$", "");
          String input = "\"datatype\":\"INT32\",\"shape\":[%d,4],\"data\":[%s]";
          return post(
              "/v2/models/parallel-pair/infer",
              "{\"inputs\":[{\"name\":\"a\",%s},{\"name\":\"b\",%s}]}"
                  .formatted(input.formatted(rows, data), input.formatted(rows, data)));
        });
  }

  @Test
  void businessObjectsOfManyCallersAreAnsweredAsAlone() throws Exception {
    Served.bundle(table, registry, promotions, "parallel-customer", "customer-v1");
    List<JsonNode> customers = customers();
    assertIndependent(
        i ->
            post(
                "/models/parallel-customer/predict",
                customers.get(i % customers.size()).toString()));
    JsonNode metadata = new Client(root).get("/v2/models/parallel-customer").json();
    assertIndependent(
        i ->
            post(
                "/v2/models/parallel-customer/infer",
                inputs(customers.get(i % customers.size()), metadata)));
  }
}
