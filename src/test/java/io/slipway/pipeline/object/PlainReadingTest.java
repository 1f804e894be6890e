package io.slipway.pipeline.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Seed;
import io.slipway.bundle.Field;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is read without a parser is what a parser reads, bit for bit, and what a parser refuses is
/// refused in its words.
class PlainReadingTest {
  private static final List<Field> FIELDS =
      List.of(
          new Field.StringField("id", false, null, 10, null, null, false, false, false, true),
          new Field.NumberField(
              "price", true, 0.0, null, null, null, null, false, false, false, true),
          new Field.NumberField(
              "ratio", false, null, null, null, null, null, false, false, false, true),
          new Field.IntegerField(
              "count", true, null, 100.0, null, null, null, false, false, false, true),
          new Field.IntegerField(
              "any", true, null, null, null, null, null, false, false, false, true),
          new Field.BooleanField("member", true, null, null, false, false, false, true),
          new Field.CategoryField(
              "plan", true, List.of("a", "b"), "null", 100, null, null, false, false, false, true),
          new Field.CategoryField(
              "größe",
              true,
              List.of("a", "b"),
              "reject",
              100,
              null,
              null,
              false,
              false,
              false,
              true),
          new Field.DateField(
              "since", true, "2000-01-01", null, null, null, false, false, false, true),
          new Field.TimestampField("at", true, null, null, null, null, false, false, false, true),
          new Field.VectorField("v", 2, true, null, 10.0, null, null, false, false, false, true));

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "\"a\"",
          "\"b\"",
          "\"zz\"",
          "\"\"",
          "\"a\\u0062\"",
          "\"ä\"",
          "\"longer than ten\"",
          "\"2020-02-29\"",
          "\"2021-02-29\"",
          "\"1999-12-31\"",
          "\"2020-01-31T12:00:00Z\"",
          "\"2020-01-31T12:00:00.25+01:00\"",
          "[1,2]",
          "[ 1 , 2.5 ]",
          "[1]",
          "[1,2,3]",
          "[1,11]",
          "[1,null]",
          "[]",
          "{}",
          "0",
          "-0",
          "-0.0",
          "0.0",
          "1.0",
          "100",
          "101",
          "9007199254740991",
          "9007199254740992",
          "9007199254740993",
          "9007199254740992.0",
          "9007199254740993.0",
          "4503599627370496.3",
          "0.99999999999999999",
          "50e-1",
          "12.000",
          "1e999999999",
          "1e2",
          "1E+2",
          "1e-400",
          "1e400",
          "00",
          "01",
          "1.",
          ".5",
          "+1",
          "-",
          "1e",
          "0x1",
          "NaN",
          "1 2",
          "123456789012345678901234567890",
          "0.1000000000000000055511151231257827",
          "nullx",
          "tru",
          "\"a",
          "\"\t\"",
          "\"\u007f\"");

  private final Random random = new Random();
  private final RequestReader strict = reader("reject");
  private final RequestReader lenient = reader("ignore");
  private int readable;

  private static RequestReader reader(String additional) {
    CompileScope scope = new CompileScope(null, new ArrayList<>());
    ObjectReader object =
        ObjectReader.of(
            new InputSchema.Record(FIELDS, additional),
            scope,
            new Graph.Signature(Map.of(), Map.of()));
    return new RequestReader(object, scope.shape());
  }

  @Test
  void plainReadingEqualsParsing() {
    long seed = Seed.of("plain bodies");
    random.setSeed(seed);
    for (int i = 0; i < 100_000; i++) {
      String body = random.nextInt(4) == 0 ? batch() : record();
      if (random.nextInt(20) == 0) {
        body = damaged(body);
      }
      RequestReader reader = random.nextBoolean() ? strict : lenient;
      byte[] bytes = (random.nextBoolean() ? body : body + " \n").getBytes(StandardCharsets.UTF_8);
      assertThat(read(() -> reader.readJson(bytes, 3)))
          .as("seed %d, body %s", seed, body)
          .isEqualTo(read(() -> reader.parse(bytes, 0, bytes.length, 3)));
    }
    assertThat(readable).as("bodies that could be read").isGreaterThan(10_000);
  }

  @Test
  void everyNumberThatJavaWritesIsReadAsItself() {
    long seed = Seed.of("plain numbers");
    random.setSeed(seed);
    for (int i = 0; i < 200_000; i++) {
      double value =
          switch (random.nextInt(4)) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> random.nextInt(1_000_000) / 1000.0;
            case 2 -> (float) random.nextGaussian();
            default -> random.nextGaussian();
          };
      if (Double.isFinite(value) && value != Math.rint(value)) {
        byte[] text = Double.toString(value).getBytes(StandardCharsets.US_ASCII);
        double read = new Cursor(text, 0, text.length).number();
        assertThat(read).as("seed %d", seed).isIn(value, Double.NaN);
      }
    }
  }

  private String batch() {
    List<String> rows = new ArrayList<>();
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      rows.add(record());
    }
    return "{ \"instances\" :[" + String.join(random.nextBoolean() ? "," : " , ", rows) + "]}";
  }

  private String record() {
    List<Field> fields = new ArrayList<>(FIELDS);
    if (random.nextInt(3) == 0) {
      Collections.shuffle(fields, random);
    }
    List<String> members = new ArrayList<>();
    boolean wild = random.nextInt(3) == 0;
    for (Field field : fields) {
      if (!field.nullable() || random.nextInt(8) > 0) {
        members.add(
            "\"" + field.name() + "\":" + (wild && random.nextInt(3) == 0 ? any() : fit(field)));
      }
    }
    if (random.nextInt(20) == 0) {
      members.add("\"price\":1");
    }
    if (random.nextInt(20) == 0) {
      members.add(random.nextInt(members.size() + 1), "\"other\":" + any());
    }
    return "{" + String.join(random.nextInt(4) == 0 ? " ,\n" : ",", members) + "}";
  }

  private String any() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private String fit(Field field) {
    if (field.nullable() && random.nextInt(6) == 0) {
      return "null";
    }
    return switch (field) {
      case Field.StringField _ -> "\"x" + random.nextInt(1000) + "\"";
      case Field.CategoryField _ -> random.nextBoolean() ? "\"a\"" : "\"b\"";
      case Field.NumberField _ -> number();
      case Field.IntegerField _ -> Integer.toString(random.nextInt(101));
      case Field.BooleanField _ -> Boolean.toString(random.nextBoolean());
      case Field.DateField _ -> "\"20" + (10 + random.nextInt(80)) + "-03-04\"";
      case Field.TimestampField _ -> "\"2020-01-31T12:00:" + (10 + random.nextInt(50)) + "Z\"";
      case Field.VectorField _ -> "[" + random.nextInt(10) + ", " + random.nextFloat() + "]";
    };
  }

  private String number() {
    return switch (random.nextInt(5)) {
      case 0 -> Double.toString(random.nextDouble() * Math.pow(10, random.nextInt(40) - 20));
      case 1 -> Float.toString(random.nextFloat());
      case 2 -> Long.toString(random.nextLong() >>> random.nextInt(64));
      case 3 -> random.nextInt(100_000) + "." + random.nextInt(100_000);
      default -> random.nextInt(1000) + "e" + (random.nextInt(60) - 30);
    };
  }

  /// One character of `body` lost, doubled or replaced.
  private String damaged(String body) {
    int at = random.nextInt(body.length());
    String middle =
        switch (random.nextInt(3)) {
          case 0 -> "";
          case 1 -> body.substring(at, at + 1).repeat(2);
          default -> String.valueOf((char) (random.nextInt(0x90)));
        };
    return body.substring(0, at) + middle + body.substring(at + 1);
  }

  private interface Reading {
    Batch batch();
  }

  /// What came out, in words: doubles by their bits.
  private String read(Reading reading) {
    try {
      Batch batch = reading.batch();
      readable++;
      StringBuilder words = new StringBuilder(batch.single() ? "one" : "many");
      for (Row row : batch.rows()) {
        words.append('\n').append(row instanceof Row.Read(Frame frame) ? words(frame) : words(row));
      }
      return words.toString();
    } catch (RefusedInput refused) {
      return words(refused);
    }
  }

  private static String words(Row row) {
    return words(((Row.Refused) row).refusal());
  }

  private static String words(RefusedInput refused) {
    return refused.getClass().getSimpleName()
        + (refused instanceof RefusedInput.Invalid invalid
            ? invalid.violations().toString()
            : refused.getMessage());
  }

  private static String words(Frame frame) {
    StringBuilder words = new StringBuilder();
    for (int slot = 0; slot < 7; slot++) {
      words.append(Double.doubleToRawLongBits(frame.number(slot))).append(' ');
    }
    for (int slot = 0; slot < 4; slot++) {
      Object value = frame.object(slot);
      words.append(value instanceof double[] v ? Arrays.toString(v) : value).append(' ');
    }
    return words.toString();
  }
}
