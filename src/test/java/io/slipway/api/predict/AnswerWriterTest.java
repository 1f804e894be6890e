package io.slipway.api.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.slipway.Seed;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.PredictionWriter;
import io.slipway.serving.VersionId;
import io.slipway.serving.id.PredictionId;
import io.slipway.serving.run.Scored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is written by hand is, byte for byte, what a generator of JSON writes.
class AnswerWriterTest {
  private static final List<String> LABELS =
      List.of(
              "0",
              "spam",
              "",
              "a b",
              "quo\"te",
              "back\\slash",
              "tab\t",
              "\u0001",
              "\u007f",
              "größe")
          .reversed();

  private final Random random = new Random();

  private static String generated(VersionId version, String id, Prediction prediction)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("model", version.model());
      json.writeNumberField("version", version.number());
      json.writeStringField("prediction_id", id);
      json.writeFieldName("output");
      PredictionWriter.write(json, prediction);
      json.writeEndObject();
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private double number() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextGaussian();
      case 1 -> (float) random.nextDouble();
      case 2 -> Math.scalb(random.nextDouble(), random.nextInt(2000) - 1000);
      default -> random.nextInt(5) - 2;
    };
  }

  private Prediction prediction() {
    if (random.nextBoolean()) {
      boolean labelled = random.nextBoolean();
      return new Prediction.Scored(
          LABELS.get(random.nextInt(LABELS.size())),
          number(),
          labelled ? LABELS.get(random.nextInt(LABELS.size())) : null);
    }
    List<String> labels = new ArrayList<>(LABELS);
    Collections.shuffle(labels, random);
    double[] p = random.doubles(labels.size()).map(_ -> number()).toArray();
    int[] order = random.nextBoolean() ? null : new int[] {3, 0, 5};
    return new Prediction.Classified(labels, p, random.nextInt(p.length), order);
  }

  @Test
  void aPredictionIsWrittenAsAGeneratorWritesIt() throws IOException {
    long seed = Seed.of("answers");
    random.setSeed(seed);
    VersionId version = new VersionId("m.1", 17);
    for (int i = 0; i < 5_000; i++) {
      Prediction prediction = prediction();
      PredictionId id = new PredictionId(random.nextLong(), random.nextLong());
      AnswerWriter writer = new AnswerWriter();
      writer.one(version, new Scored.Decided(prediction, id));
      assertThat(new String(writer.toBytes(), StandardCharsets.UTF_8))
          .as("seed %d", seed)
          .isEqualTo(generated(version, id.toString(), prediction));
    }
  }
}
