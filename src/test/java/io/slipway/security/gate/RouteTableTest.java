package io.slipway.security.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.security.Permission;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private final RouteTable table =
      new RouteTable()
          .add("GET", "/", Reach.OPEN, Permission.SERVED)
          .add("GET", "/models", Reach.ALL_MODELS, Permission.SERVED)
          .add("GET", "/models/stats", Reach.ALL_MODELS, Permission.READ)
          .add("POST", "/models/{model}/predict", Reach.MODEL, Permission.PREDICT)
          .add("GET", "/files/{model}/**", Reach.MODEL, Permission.READ);

  private String model(String path) {
    RouteTable.Match match = table.find(path);
    return match == null ? "none" : String.valueOf(match.model());
  }

  @Test
  void whatIsWrittenOutGoesBeforeWhatIsNot() {
    assertThat(table.find("/models/stats").need("GET").permission()).isEqualTo(Permission.READ);
    assertThat(model("/models/stats/predict")).isEqualTo("stats");
  }

  @Test
  void aPathIsFoundWholeOrNotAtAll() {
    assertThat(table.find("/")).isNotNull();
    assertThat(table.find("/models/")).isNotNull();
    for (String path : new String[] {"", "/model", "/models/x", "/models/x/predict/y", "/files"}) {
      assertThat(table.find(path)).as(path).isNull();
    }
    assertThat(table.find("/models//predict")).as("no name").isNull();
  }

  @Test
  void theModelIsTheSegmentWithoutThePeersVerb() {
    assertThat(model("/models/churn/predict")).isEqualTo("churn");
    assertThat(model("/models/churn:x/predict")).isEqualTo("churn");
    assertThat(model("/files/churn/a/b/c")).isEqualTo("churn");
    assertThat(model("/models")).isEqualTo("null");
  }

  @Test
  void aVerbBehindANameHasMethodsOfItsOwn() {
    RouteTable verbs =
        new RouteTable()
            .add("GET", "/v1/{model}", Reach.MODEL, Permission.SERVED)
            .add("POST", "/v1/{model}:predict", Reach.MODEL, Permission.PREDICT);
    assertThat(verbs.find("/v1/churn").allowed()).isEqualTo("GET, HEAD, OPTIONS");
    assertThat(verbs.find("/v1/churn:predict").allowed()).isEqualTo("OPTIONS, POST");
    assertThat(verbs.find("/v1/churn:predict").model()).isEqualTo("churn");
    assertThat(verbs.find("/v1/churn:other")).isNull();
  }

  @Test
  void headIsGetAndNothingElseIs() {
    RouteTable.Match match = table.find("/models");
    assertThat(match.need("HEAD")).isEqualTo(match.need("GET")).isNotNull();
    for (String method : new String[] {"POST", "OPTIONS", "TRACE", "get", "ANYTHING"}) {
      assertThat(match.need(method)).as(method).isNull();
    }
  }
}
