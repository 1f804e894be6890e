package io.slipway.pipeline.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Seed;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.RefusedInput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RefusedImageTest {
  private static Pixels decode(byte[] image) {
    return new ImageDecoder(PillowTest.LIMITS, ImageDecoder.Color.RGB, true, -1, 0).decode(image);
  }

  @Test
  @Timeout(20)
  void uglyImagesAreRefusedByTheirClassOrDecoded() {
    for (JsonNode line : PillowTest.lines("nasty.jsonl")) {
      String name = line.get("case").asText();
      byte[] image = PillowTest.file(line);
      if (line.get("error").isNull()) {
        assertThat(decode(image).bytes()).as(name).isNotEmpty();
      } else {
        Class<?> expected =
            switch (line.get("error").asText()) {
              case "limits.too_large" -> RefusedInput.TooLarge.class;
              case "decode.unsupported_media" -> RefusedInput.UnsupportedMedia.class;
              default -> RefusedInput.Invalid.class;
            };
        assertThatThrownBy(() -> decode(image)).as(name).isInstanceOf(expected);
      }
    }
  }

  @Test
  void anImageThatIsCutAnywhereIsRefusedOrWhole() {
    samples()
        .forEach(
            (name, image) -> {
              byte[] whole = decode(image).bytes();
              for (int length = 0; length < image.length; length++) {
                byte[] cut = Arrays.copyOf(image, length);
                Pixels pixels = decodedOrRefused(name + " cut to " + length, cut);
                if (pixels != null) {
                  assertThat(pixels.bytes()).as(name + " cut to " + length).isEqualTo(whole);
                }
              }
            });
  }

  @Test
  void aDamagedImageIsRefusedOrDecodedAndNothingElse() {
    long seed = Seed.of("damaged images");
    Random random = new Random(seed);
    samples()
        .forEach(
            (name, image) -> {
              for (int round = 0; round < 400; round++) {
                byte[] damaged = image.clone();
                for (int flips = random.nextInt(4); flips >= 0; flips--) {
                  damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                }
                decodedOrRefused(name + ", seed " + seed + ", round " + round, damaged);
              }
            });
  }

  private static @Nullable Pixels decodedOrRefused(String name, byte[] image) {
    try {
      InputSchema.Image limits =
          new InputSchema.Image(PillowTest.LIMITS.mediaTypes(), 1 << 20, 100_000);
      return new ImageDecoder(limits, ImageDecoder.Color.RGB, true, -1, 0).decode(image);
    } catch (RefusedInput refused) {
      return null;
    } catch (RuntimeException e) {
      throw new AssertionError(name, e);
    }
  }

  /// One image of each kind of coding.
  private static Map<String, byte[]> samples() {
    Map<String, byte[]> samples = new LinkedHashMap<>();
    List<String> wanted =
        List.of(
            "png type 2 depth 8 interlaced 1 RGB",
            "png type 3 depth 4 interlaced 0 RGB",
            "jpeg exif 6 > RGB",
            "jpeg L 37x23 sampling 0 progressive False RGB",
            "jpeg RGB 37x23 sampling 2 progressive True RGB",
            "jpeg YCCK RGB",
            "jpeg with restarts RGB",
            "bmp 8 bits top down False RGB",
            "bmp rle8 RGB",
            "bmp rle4 RGB",
            "bmp 565 RGB",
            "gif interlaced RGB",
            "gif disposal 2 clear 3 frame 0 RGB");
    String image = "";
    for (JsonNode line : PillowTest.lines("pillow.jsonl")) {
      image = line.path("image_b64").asText(image);
      if (wanted.contains(line.get("name").asText())) {
        samples.put(line.get("name").asText(), Base64.getDecoder().decode(image));
      }
    }
    assertThat(samples.keySet()).containsExactlyInAnyOrderElementsOf(wanted);
    return samples;
  }

  @Test
  void whatIsNoImageIsCorruptAndOtherImagesAreUnsupported() {
    for (String text :
        List.of("", "BM", "BMW drivers of the world, unite and take over", "hello")) {
      assertThatThrownBy(() -> decode(text.getBytes(StandardCharsets.US_ASCII)))
          .isInstanceOfSatisfying(
              RefusedInput.Invalid.class,
              e -> assertThat(e.violations().getFirst().code()).isEqualTo("corrupt"));
    }
    for (String text : List.of("RIFF....WEBPVP8 ", "II*\0....", "\0\0\0\u001cftypheic", "8BPS")) {
      assertThatThrownBy(() -> decode(text.getBytes(StandardCharsets.ISO_8859_1)))
          .isInstanceOf(RefusedInput.UnsupportedMedia.class);
    }
  }

  @Test
  void theMediaTypeIsThatOfTheBytes() {
    InputSchema.Image png = new InputSchema.Image(List.of("image/png"), 1 << 20, 1_000_000);
    ImageDecoder decoder = new ImageDecoder(png, ImageDecoder.Color.RGB, true, -1, 0);
    byte[] named = PillowTest.resource("nasty/png_named_jpeg.jpg");
    assertThat(decoder.decode(named).channels()).isEqualTo(3);
    byte[] jpeg = PillowTest.resource("files/011_jpeg_L_28_q95.jpg");
    assertThatThrownBy(() -> decoder.decode(jpeg))
        .isInstanceOf(RefusedInput.UnsupportedMedia.class)
        .hasMessageContaining("image/jpeg");
  }

  @Test
  void limitsAreJudgedBeforeDecoding() {
    byte[] image = PillowTest.resource("files/003_png_rgb_112.png");
    InputSchema.Image fewBytes = new InputSchema.Image(List.of("image/png"), 100, 1_000_000);
    InputSchema.Image fewPixels = new InputSchema.Image(List.of("image/png"), 1 << 20, 12_543);
    InputSchema.Image enough = new InputSchema.Image(List.of("image/png"), 1 << 20, 12_544);
    assertThatThrownBy(
            () -> new ImageDecoder(fewBytes, ImageDecoder.Color.L, true, -1, 0).decode(image))
        .isInstanceOf(RefusedInput.TooLarge.class)
        .hasMessageContaining("bytes");
    assertThatThrownBy(
            () -> new ImageDecoder(fewPixels, ImageDecoder.Color.L, true, -1, 0).decode(image))
        .isInstanceOf(RefusedInput.TooLarge.class)
        .hasMessageContaining("112 × 112");
    assertThat(new ImageDecoder(enough, ImageDecoder.Color.L, true, -1, 0).decode(image).width())
        .isEqualTo(112);
  }

  @Test
  void aFrameThatIsNotThereIsRefused() {
    byte[] gif = PillowTest.resource("files/017_gif_L.gif");
    byte[] png = PillowTest.resource("files/000_png_L_28.png");
    for (byte[] image : List.of(gif, png)) {
      assertThatThrownBy(
              () ->
                  new ImageDecoder(PillowTest.LIMITS, ImageDecoder.Color.L, true, -1, 1)
                      .decode(image))
          .isInstanceOf(RefusedInput.Invalid.class)
          .hasMessageContaining("no frame 1");
    }
  }

  @Test
  void aJpegOfThousandsOfScansIsRefusedAtOnce() {
    byte[] jpeg = PillowTest.resource("files/014_jpeg_progressive.jpg");
    int scan = JpegFrame.read(new Octets(jpeg)).scanStart();
    byte[] bomb = Arrays.copyOf(jpeg, jpeg.length + 300_000);
    for (int at = jpeg.length - 2; at + 12 < bomb.length; at += 10) {
      System.arraycopy(jpeg, scan, bomb, at, 10);
    }
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> assertThatThrownBy(() -> decode(bomb)).hasMessageContaining("scans"));
  }

  @Test
  void aNarrowImageThatCanNotBeResizedIsRefused() {
    Pixels wall = Pixels.of(1, 20_000_000, 1, new byte[20_000_000]);
    Fit shorter = new Fit(224, 224, Filter.BILINEAR, "pil", "shorter");
    assertThatThrownBy(() -> shorter.apply(wall)).isInstanceOf(RefusedInput.TooLarge.class);
    Fit stretch = new Fit(64, 64, Filter.LANCZOS, "pil", "stretch");
    assertThatThrownBy(() -> stretch.apply(wall)).isInstanceOf(RefusedInput.TooLarge.class);
    Pixels tall = Pixels.of(1, 1_000_000, 1, new byte[1_000_000]);
    assertThat(stretch.apply(tall).height()).isEqualTo(64);
  }
}
