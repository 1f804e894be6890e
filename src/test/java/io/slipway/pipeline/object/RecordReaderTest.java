package io.slipway.pipeline.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bundle.Field;
import io.slipway.bundle.InputSchema;
import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.frame.Violation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {
  private static final List<Field> FIELDS =
      List.of(
          new Field.StringField("id", false, null, 10, null, null, false, false, false, true),
          new Field.NumberField(
              "price", true, 0.0, null, null, null, null, false, false, false, true),
          new Field.IntegerField(
              "count", true, null, 100.0, null, null, null, false, false, false, true),
          new Field.BooleanField("member", true, null, null, false, false, false, true),
          new Field.CategoryField(
              "plan", true, List.of("a", "b"), "null", 100, null, null, false, false, false, true),
          new Field.DateField(
              "since", true, "2000-01-01", null, null, null, false, false, false, true),
          new Field.TimestampField("at", true, null, null, null, null, false, false, false, true),
          new Field.VectorField("v", 2, true, null, null, null, null, false, false, false, true),
          new Field.IntegerField(
              "any", true, null, null, null, null, null, false, false, false, true));

  private final RequestReader reader = reader("reject");

  private static RequestReader reader(String additional) {
    CompileScope scope = new CompileScope(null, new ArrayList<>());
    ObjectReader object =
        ObjectReader.of(
            new InputSchema.Record(FIELDS, additional),
            scope,
            new Graph.Signature(Map.of(), Map.of()));
    return new RequestReader(object, scope.shape());
  }

  private Batch read(String json) {
    return reader.readJson(json.getBytes(StandardCharsets.UTF_8), 3);
  }

  private Frame frame(String json) {
    return ((Row.Read) read(json).rows().getFirst()).frame();
  }

  private List<Violation> violations(String json) {
    return catchThrowableOfType(RefusedInput.Invalid.class, () -> read(json)).violations();
  }

  @Test
  void aBatchKeepsAsManyViolationsAsAnAnswerListsAndTheFirstOfEachFurtherRow() {
    StringBuilder members = new StringBuilder("{\"id\":\"a\"");
    for (int i = 0; i < 70; i++) {
      members.append(",\"x").append(i).append("\":1");
    }
    String object = members.append("}").toString();
    String[] objects = Collections.nCopies(3, object).toArray(new String[0]);

    List<Row> rows = read("{\"instances\":[" + String.join(",", objects) + "]}").rows();

    assertThat(rows)
        .extracting(
            row ->
                ((RefusedInput.Invalid) ((Row.Refused) row).refusal())
                    .violations().stream().map(Violation::pointer).toList())
        .containsExactly(pointers(70), pointers(30), pointers(1));
  }

  private static List<String> pointers(int count) {
    return IntStream.range(0, count).mapToObj(i -> "/x" + i).toList();
  }

  @Test
  void absentNullableFieldsAreNull() {
    Frame frame = frame("{\"id\":\"x\"}");
    assertThat(frame.number(0)).isNaN();
    assertThat(frame.object(1)).isNull();
  }

  @Test
  void everyFieldIsRead() {
    Frame frame =
        frame(
            "{\"v\":[1,2.5],\"at\":\"2026-01-02T03:04:05.5+01:00\",\"since\":\"2020-02-29T10:00:00\","
                + "\"plan\":\"b\",\"member\":true,\"count\":5.0,\"price\":1e2,\"id\":\"x\"}");
    assertThat(frame.number(0)).isEqualTo(100);
    assertThat(frame.number(1)).isEqualTo(5);
    assertThat(frame.number(2)).isEqualTo(1);
    assertThat(frame.number(3)).isEqualTo(java.time.LocalDate.of(2020, 2, 29).toEpochDay());
    assertThat(frame.number(4)).isEqualTo(1767319445.5);
    assertThat((double[]) frame.object(2)).containsExactly(1, 2.5);
    assertThat(frame.object(1)).isEqualTo("b");
  }

  @Test
  void anUnknownCategoryIsNullWhereTheSchemaSaysSo() {
    assertThat(frame("{\"id\":\"x\",\"plan\":\"zzz\"}").object(1)).isNull();
  }

  @Test
  void everyViolationIsListedWithItsFieldAndWhatWasExpected() {
    assertThat(
            violations(
                "{\"price\":\"12\",\"count\":1.5,\"member\":1,\"since\":\"yesterday\",\"extra\":{\"a\":[1]},"
                    + "\"v\":[1],\"at\":\"2026-01-02\"}"))
        .extracting(Violation::pointer, Violation::code)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("/price", "wrong_type"),
            org.assertj.core.groups.Tuple.tuple("/count", "wrong_type"),
            org.assertj.core.groups.Tuple.tuple("/member", "wrong_type"),
            org.assertj.core.groups.Tuple.tuple("/since", "wrong_type"),
            org.assertj.core.groups.Tuple.tuple("/extra", "unknown_field"),
            org.assertj.core.groups.Tuple.tuple("/v", "wrong_length"),
            org.assertj.core.groups.Tuple.tuple("/at", "wrong_type"),
            org.assertj.core.groups.Tuple.tuple("/id", "missing_field"));
    assertThat(violations("{\"id\":\"x\",\"price\":\"12\"}").getFirst().message())
        .isEqualTo("expected a number, got the string \"12\"");
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThat(
            violations(
                "{\"id\":\"12345678901\",\"price\":-1,\"count\":101,\"since\":\"1999-12-31\"}"))
        .extracting(Violation::code)
        .containsExactly("too_long", "out_of_range", "out_of_range", "out_of_range");
    assertThat(violations("{\"id\":\"x\",\"price\":1e400}").getFirst().code())
        .isEqualTo("out_of_range");
    assertThat(violations("{\"id\":\"x\",\"count\":9007199254740993}").getFirst().code())
        .isEqualTo("out_of_range");
  }

  @Test
  void aRequiredFieldThatIsNullIsMissing() {
    assertThat(violations("{\"id\":null}").getFirst().code()).isEqualTo("missing_field");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "{\"id\":\"x\"",
        "{\"id\":\"x\"} {}",
        "{\"id\":\"x\"}garbage",
        "{\"id\":\"x\",\"id\":\"y\"}",
        "{\"id\":\"x\",\"price\":NaN}",
        "{\"id\":\"x\",\"price\":01}",
        "{\"id\":\"\\ud800\"}",
        "{'id':'x'}",
        "{\"id\":\"x\",}",
        "{\"id\":\"x\"/**/}"
      })
  void whatIsNotStrictJsonIsMalformed(String json) {
    assertThat(catchThrowableOfType(RefusedInput.Malformed.class, () -> read(json))).isNotNull();
  }

  @Test
  void anIntegerIsJudgedBeforeItIsRounded() throws IOException {
    for (String json :
        List.of("9007199254740993.0", "9007199254740993", "-9007199254740993.0", "1e999999999")) {
      String body = "{\"id\":\"x\",\"any\":" + json + "}";
      assertThat(violations(body).getFirst().code()).as(json).isEqualTo("out_of_range");
      assertThat(violations(body).getFirst().message()).contains("within ±2^53");
      assertThat(readTree(body).code()).as(json + " in a tree").isEqualTo("out_of_range");
    }
    for (String json : List.of("4503599627370496.3", "0.99999999999999999", "1e-400")) {
      String body = "{\"id\":\"x\",\"any\":" + json + "}";
      assertThat(violations(body).getFirst().code()).as(json).isEqualTo("wrong_type");
      assertThat(readTree(body).code()).as(json + " in a tree").isEqualTo("wrong_type");
    }
    assertThat(frame("{\"id\":\"x\",\"any\":-9007199254740992.0}").number(5))
        .isEqualTo(-9007199254740992.0);
    assertThat(1 / frame("{\"id\":\"x\",\"any\":-0.0}").number(5)).isPositive();
  }

  private Violation readTree(String json) throws IOException {
    JsonNode tree = StrictJson.readExact(json.getBytes(StandardCharsets.UTF_8));
    return catchThrowableOfType(RefusedInput.Invalid.class, () -> reader.readObject(tree))
        .violations()
        .getFirst();
  }

  @Test
  void anUnsignedColumnIsNotRoundedOnItsWay() {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    data.putLong(0, (1L << 53) + 1).putLong(8, -1);
    ColumnValues ids =
        new ColumnValues.Elements(
            new Tensor.Strings(new long[] {2, 1}, new String[] {"a", "b"}), new BitSet());
    ColumnValues any =
        new ColumnValues.Elements(
            new Tensor.Bits(new long[] {2, 1}, data, Tensor.Kind.UINT64), new BitSet());
    for (Row row : reader.readColumns(Map.of("id", ids, "any", any), 2).rows()) {
      assertThat(row).isInstanceOf(Row.Refused.class);
      assertThat(((Row.Refused) row).refusal().getMessage()).contains("±2^53");
    }
  }

  @Test
  void aByteOrderMarkAtTheHeadIsDropped() {
    String body = "{\"id\":\"x\",\"price\":1}";
    assertThat(frame("\ufeff" + body).number(0)).isOne();
    assertThat(read("\ufeff{\"instances\":[" + body + "]}").rows()).hasSize(1);
    assertThat(
            catchThrowableOfType(RefusedInput.Malformed.class, () -> read("\ufeff\ufeff" + body)))
        .isNotNull();
    assertThat(catchThrowableOfType(RefusedInput.Malformed.class, () -> read("\ufeff")))
        .hasMessageContaining("found nothing");
    for (Charset wide : List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
      byte[] bytes = ("\ufeff" + body).getBytes(wide);
      assertThat(
              catchThrowableOfType(RefusedInput.Malformed.class, () -> reader.readJson(bytes, 1)))
          .hasMessageContaining("UTF-16")
          .hasMessageContaining("byte order mark");
    }
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() {
    byte[] latin = "{\"id\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(catchThrowableOfType(RefusedInput.Malformed.class, () -> reader.readJson(latin, 1)))
        .isNotNull();
    byte[] utf16 = "{\"id\":\"x\"}".getBytes(StandardCharsets.UTF_16);
    assertThat(catchThrowableOfType(RefusedInput.Malformed.class, () -> reader.readJson(utf16, 1)))
        .isNotNull();
  }

  @Test
  void deepNestingAndLongNumbersAreTooLarge() {
    String deep = "{\"id\":\"x\",\"extra\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(catchThrowableOfType(RefusedInput.TooLarge.class, () -> read(deep))).isNotNull();
    String number = "{\"id\":\"x\",\"price\":" + "1".repeat(1_001) + "}";
    assertThat(catchThrowableOfType(RefusedInput.TooLarge.class, () -> read(number))).isNotNull();
  }

  @Test
  void aBatchKeepsTheGoodBesideTheBad() {
    Batch batch = read("{\"instances\":[{\"id\":\"x\"},{\"id\":1,\"v\":[1,[2,{\"a\":3}]]},[1,2]]}");
    assertThat(batch.single()).isFalse();
    assertThat(batch.rows().get(0)).isInstanceOf(Row.Read.class);
    assertThat(batch.rows().get(1)).isInstanceOf(Row.Refused.class);
    assertThat(batch.rows().get(2)).isInstanceOf(Row.Refused.class);
  }

  @Test
  void aBatchOverTheLimitOrWithAStrangerBesideIsRefused() {
    String one = "{\"id\":\"x\"}";
    assertThat(
            catchThrowableOfType(
                RefusedInput.TooLarge.class,
                () -> read("{\"instances\":[" + String.join(",", one, one, one, one) + "]}")))
        .isNotNull();
    assertThat(violations("{\"instances\":[" + one + "],\"extra\":1}").getFirst().pointer())
        .isEqualTo("/extra");
    assertThat(violations("{\"instances\":[]}").getFirst().pointer()).isEqualTo("/instances");
    assertThat(violations("{\"instances\":{}}").getFirst().code()).isEqualTo("wrong_type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1,2]", "\"text\"", "17", "null", "true"})
  void whatIsNoObjectHasTheWrongType(String json) {
    assertThat(violations(json).getFirst().code()).isEqualTo("wrong_type");
  }

  @Test
  void additionalMembersCanBeIgnoredButNotTwice() {
    RequestReader ignoring = reader("ignore");
    byte[] extra = "{\"id\":\"x\",\"more\":{\"a\":1}}".getBytes(StandardCharsets.UTF_8);
    assertThat(ignoring.readJson(extra, 1).rows().getFirst()).isInstanceOf(Row.Read.class);
    byte[] twice = "{\"id\":\"x\",\"more\":1,\"more\":2}".getBytes(StandardCharsets.UTF_8);
    assertThat(
            catchThrowableOfType(RefusedInput.Malformed.class, () -> ignoring.readJson(twice, 1)))
        .isNotNull();
  }
}
