package io.slipway.api.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.api.Gateway;
import io.slipway.bundle.Field;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.Graph;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InputJsonSchemaTest {
  private static final Graph.Signature NO_PORTS = new Graph.Signature(Map.of(), Map.of());

  private static JsonNode schema(InputSchema input) {
    return schema(input, NO_PORTS);
  }

  /// As a reader of the JSON sees it.
  private static JsonNode schema(InputSchema input, Graph.Signature signature) {
    return Gateway.tree(InputJsonSchema.of(input, signature).toString());
  }

  private static JsonNode field(Field field) {
    return schema(new InputSchema.Record(List.of(field), "reject"))
        .at("/properties/" + field.name());
  }

  private static JsonNode json(String json) {
    return Gateway.tree(json.replace('\'', '"'));
  }

  private static Field.StringField string(@Nullable List<String> allowed, boolean nullable) {
    return new Field.StringField("s", nullable, allowed, 9, null, null, false, false, false, true);
  }

  @Test
  void aRecordRequiresWhatMayNotBeNullAndRejectsTheRestUnlessTold() {
    List<Field> fields =
        List.of(
            string(null, false),
            new Field.BooleanField("b", true, null, null, false, false, false, true));

    JsonNode strict = schema(new InputSchema.Record(fields, "reject"));

    assertThat(strict.get("$schema").asText())
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
    assertThat(strict.get("required"))
        .hasSize(1)
        .first()
        .extracting(JsonNode::asText)
        .isEqualTo("s");
    assertThat(strict.get("additionalProperties").asBoolean()).isFalse();
    assertThat(
            schema(new InputSchema.Record(fields, "ignore"))
                .get("additionalProperties")
                .asBoolean())
        .isTrue();
  }

  @Test
  void numbersHaveTheirBoundsAndValuesAsPeopleWriteThem() {
    assertThat(
            field(
                new Field.NumberField(
                    "n", false, 0.0, 1.5, null, "how much", "EUR", false, false, false, true)))
        .isEqualTo(
            json(
                "{'type':'number','minimum':0,'maximum':1.5,'description':'how"
                    + " much','x-unit':'EUR'}"));
    assertThat(
            field(
                new Field.NumberField(
                    "n",
                    true,
                    null,
                    null,
                    List.of(1.0, 2.5),
                    null,
                    null,
                    false,
                    false,
                    false,
                    true)))
        .isEqualTo(json("{'type':['number','null'],'enum':[1,2.5,null]}"));
  }

  @Test
  void integersLieWithinWhatADoubleHoldsExactly() {
    assertThat(
            field(
                new Field.IntegerField(
                    "i", false, null, 7.0, null, null, null, false, false, false, true)))
        .isEqualTo(json("{'type':'integer','minimum':-9007199254740992,'maximum':7}"));
  }

  @Test
  void stringsCountCharactersAndCloseTheirSet() {
    assertThat(field(string(null, false))).isEqualTo(json("{'type':'string','maxLength':9}"));
    assertThat(field(string(List.of("a"), true)))
        .isEqualTo(json("{'type':['string','null'],'maxLength':9,'enum':['a',null]}"));
  }

  @Test
  void aCategoryThatReadsUnknownAsNullIsOpen() {
    assertThat(
            field(
                new Field.CategoryField(
                    "c", false, List.of("a"), "null", 9, null, null, false, false, false, true)))
        .isEqualTo(json("{'type':'string','maxLength':9,'examples':['a']}"));
    assertThat(
            field(
                new Field.CategoryField(
                    "c", false, List.of("a"), "reject", 9, null, null, false, false, false, true)))
        .isEqualTo(json("{'type':'string','maxLength':9,'enum':['a']}"));
  }

  @Test
  void datesMayBeDateTimesAndSayTheirRange() {
    assertThat(
            field(
                new Field.DateField(
                    "d", true, "2020-01-01", null, "since", null, false, false, false, true)))
        .isEqualTo(
            json(
                "{'anyOf':[{'type':'string','format':'date'},{'type':'string','format':"
                    + "'date-time'},{'type':'null'}],'description':'since; not before"
                    + " 2020-01-01'}"));
    assertThat(
            field(
                new Field.TimestampField(
                    "t", false, null, null, null, null, false, false, false, true)))
        .isEqualTo(json("{'type':'string','format':'date-time'}"));
  }

  @Test
  void vectorsHaveTheirLength() {
    assertThat(
            field(
                new Field.VectorField(
                    "v", 3, false, -1.0, null, null, null, false, false, false, true)))
        .isEqualTo(
            json(
                "{'type':'array','items':{'type':'number','minimum':-1},'minItems':3,"
                    + "'maxItems':3}"));
  }

  @Test
  void textMailAndImageSayHowTheyAreWritten() {
    assertThat(schema(new InputSchema.Text(5)).at("/oneOf/1/properties/text/maxLength").asInt())
        .isEqualTo(5);
    assertThat(
            schema(new InputSchema.Mail(100, 10))
                .at("/properties/raw_base64/contentEncoding")
                .asText())
        .isEqualTo("base64");
    JsonNode image = schema(new InputSchema.Image(List.of("image/png"), 100, 1_000));
    assertThat(image.get("description").asText()).contains("image/png", "100 bytes", "1000 pixels");
    assertThat(image.at("/required/0").asText()).isEqualTo("image_base64");
  }

  @Test
  void tensorsAreNestedArraysOfTheModelsPorts() {
    JsonNode schema =
        schema(
            new InputSchema.Tensors(),
            new Graph.Signature(
                Map.of("x", new Graph.Port("float32", List.of(-1L, 2L))), Map.of()));

    assertThat(schema.at("/properties/x"))
        .isEqualTo(
            json(
                "{'type':'array','items':{'type':'array','items':{'type':'number'},'minItems':2,"
                    + "'maxItems':2},'description':'float32 [-1, 2], -1 where it varies'}"));
  }
}
