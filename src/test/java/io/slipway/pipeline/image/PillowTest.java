package io.slipway.pipeline.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every pixel as Pillow has it: on images written by `src/test/python/pillow_images.py`, and on
/// the reference cases of the digit model.
class PillowTest {
  static final InputSchema.Image LIMITS =
      new InputSchema.Image(
          List.of("image/png", "image/jpeg", "image/gif", "image/bmp"), 10 << 20, 25_000_000);

  @Test
  void everyFormatOrientationAndFilterGivesPillowsPixels() throws Exception {
    List<String> different = new ArrayList<>();
    byte[] image = {};
    int cases = 0;
    for (JsonNode line : lines("pillow.jsonl")) {
      if (line.has("image_b64")) {
        image = Base64.getDecoder().decode(line.get("image_b64").asText());
      }
      String difference = difference(line, image);
      if (difference != null) {
        different.add(line.get("name").asText() + ": " + difference);
      }
      cases++;
    }
    assertThat(different).isEmpty();
    assertThat(cases).isGreaterThan(800);
  }

  private static @Nullable String difference(JsonNode line, byte[] image) throws Exception {
    int ground =
        switch (line.path("alpha").asText("drop")) {
          case "white" -> 255;
          case "black" -> 0;
          default -> -1;
        };
    ImageDecoder.Color color = ImageDecoder.Color.valueOf(line.get("color").asText());
    Pixels pixels;
    try {
      pixels =
          new ImageDecoder(LIMITS, color, true, ground, line.get("frame").asInt()).decode(image);
      JsonNode resize = line.path("resize");
      if (resize.isObject()) {
        Filter filter = Objects.requireNonNull(Filter.named(resize.get("filter").asText()));
        int width = resize.get("width").asInt();
        int height = resize.get("height").asInt();
        pixels = new Fit(width, height, filter, "pil", resize.get("fit").asText()).apply(pixels);
      }
    } catch (RefusedInput e) {
      return e.toString();
    }
    String size = pixels.width() + " " + pixels.height() + " " + pixels.channels();
    String wanted = line.get("width") + " " + line.get("height") + " " + line.get("channels");
    if (!size.equals(wanted)) {
      return "is " + size + ", Pillow's " + wanted;
    }
    return sha256(pixels).equals(line.get("sha256").asText()) ? null : "other pixels";
  }

  @Test
  void theReferenceCasesGiveTheirExactGreyPixels() {
    for (JsonNode line : lines("cases.jsonl")) {
      byte[] expected = Base64.getDecoder().decode(line.get("gray28_b64").asText());
      Pixels pixels =
          new ImageDecoder(LIMITS, ImageDecoder.Color.L, true, -1, 0).decode(file(line));
      pixels = new Fit(28, 28, Filter.BILINEAR, "pil", "stretch").apply(pixels);
      assertThat(pixels.bytes()).as(line.get("case").asText()).isEqualTo(expected);
    }
  }

  static byte[] file(JsonNode line) {
    return resource(line.get("file").asText());
  }

  static byte[] resource(String name) {
    try (InputStream in = PillowTest.class.getResourceAsStream("/pipeline/image/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<JsonNode> lines(String name) {
    ObjectMapper mapper = new ObjectMapper();
    List<JsonNode> lines = new ArrayList<>();
    new String(resource(name), StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line -> {
              try {
                lines.add(mapper.readTree(line));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return lines;
  }

  private static String sha256(Pixels pixels) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(pixels.bytes()));
  }
}
