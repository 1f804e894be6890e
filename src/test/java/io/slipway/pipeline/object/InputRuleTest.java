package io.slipway.pipeline.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slipway.bundle.Field;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InputRuleTest {
  private static final InputSchema.Record EVERY_FIELD =
      new InputSchema.Record(
          List.of(
              new Field.NumberField("price", true, null, null, List.of(1.0), null, null),
              new Field.IntegerField("count", true, null, 100.0, null, null, null),
              new Field.BooleanField("member", false, null, null),
              new Field.StringField("id", true, List.of("x"), 3, null, null),
              new Field.CategoryField("plan", true, List.of("a"), "null", 3, null, null),
              new Field.DateField("since", true, "2000-01-01", null, null, null),
              new Field.TimestampField("at", true, null, "2020-01-01T00:00:00Z", null, null),
              new Field.VectorField("v", 2, true, null, null, null, null)),
          "reject");

  /// What `objects` break; of members that are no field, the rule alone.
  private static Set<InputRule> broken(InputSchema.Record schema, String... objects) {
    CompileScope scope = new CompileScope(null, new ArrayList<>());
    ObjectReader object = ObjectReader.of(schema, scope, new Graph.Signature(Map.of(), Map.of()));
    RequestReader reader = new RequestReader(object, scope.shape());
    Set<String> fields = Set.copyOf(schema.fields().stream().map(Field::name).toList());
    Set<InputRule> broken = new HashSet<>();
    for (String json : objects) {
      catchThrowableOfType(
              RefusedInput.Invalid.class,
              () -> reader.readJson(json.getBytes(StandardCharsets.UTF_8), 3))
          .violations()
          .forEach(
              violation -> {
                String name = violation.pointer().replaceFirst("^/", "");
                broken.add(new InputRule(fields.contains(name) ? name : "", violation.code()));
              });
    }
    return broken;
  }

  @Test
  void theRulesOfARecordAreThoseThatObjectsBreak() {
    assertThat(
            broken(
                EVERY_FIELD,
                "7",
                """
                {"price":"1","count":"1","member":1,"id":1,"plan":1,"since":1,"at":1,"v":1}""",
                """
                {"price":2,"count":101,"id":"y","since":"1999-12-31","at":"2021-01-01T00:00:00Z",
                 "v":[1],"more":1}""",
                """
                {"price":1e999,"count":1e300,"member":true,"id":"long","plan":"long","v":[1e999,1]}"""))
        .isEqualTo(Set.copyOf(InputRule.of(EVERY_FIELD)));
  }

  @Test
  void whatNoObjectCanBreakIsNoRule() {
    InputSchema.Record lenient =
        new InputSchema.Record(
            List.of(new Field.TimestampField("at", true, null, null, null, null)), "ignore");
    assertThat(InputRule.of(lenient))
        .containsExactlyInAnyOrder(
            new InputRule("", "wrong_type"), new InputRule("at", "wrong_type"));
  }
}
