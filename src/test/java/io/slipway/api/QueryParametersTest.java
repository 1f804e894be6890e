package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryParametersTest {
  void call(
      @QueryParam("flag") @DefaultValue("false") String flag,
      @QueryParam("q") String text,
      @QueryParam("tag") List<String> tags,
      String body) {}

  private static QueryParameters known() {
    Method call =
        Arrays.stream(QueryParametersTest.class.getDeclaredMethods())
            .filter(method -> method.getName().equals("call"))
            .findFirst()
            .orElseThrow();
    return QueryParameters.of(call);
  }

  private static String fault(String query) {
    return String.valueOf(known().fault("/x?" + query));
  }

  @Test
  void whatIsDeclaredIsTaken() {
    for (String query :
        List.of("", "flag=true", "q=", "q=a&flag=false", "tag=a&tag=b", "tag=", "%71=a")) {
      assertThat(fault(query)).as(query).isEqualTo("null");
    }
  }

  @Test
  void whatIsNotDeclaredIsRefusedByName() {
    assertThat(fault("flags=true")).contains("\"flags\"").contains("known here: flag, q, tag");
    for (String query : List.of("Flag=true", "flag=true&x", "=1", "body=x", "q=1;x=2", "tags")) {
      assertThat(fault(query)).as(query).contains("unknown query parameter");
    }
    assertThat(String.valueOf(QueryParameters.NONE.fault("/x?a=b"))).contains("this call has none");
  }

  @Test
  void whatIsNotClearIsRefused() {
    assertThat(fault("flag")).contains("no value");
    assertThat(fault("flag=")).contains("no value");
    assertThat(fault("flag=true&flag=true")).contains("2 times");
    assertThat(fault("q=a&q=b")).contains("2 times");
    assertThat(fault("q=%zz")).contains("percent-encoded");
  }
}
