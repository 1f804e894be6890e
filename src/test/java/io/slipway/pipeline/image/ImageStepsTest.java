package io.slipway.pipeline.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.bundle.Finding;
import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The steps as a chain sees them: types before, values after.
class ImageStepsTest {
  private static final List<String> IN = List.of("image");
  private final List<Finding> findings = new ArrayList<>();
  private final CompileScope scope = new CompileScope(null, findings);
  private final Column image = scope.input("image", new ColumnType.Encoded());
  private final List<Transform> steps = new ArrayList<>();

  private ImageStepsTest add(Step.OnImage step) {
    Transform transform = ImageSteps.compile(step, scope, PillowTest.LIMITS);
    if (transform != null) {
      steps.add(transform);
    }
    return this;
  }

  private static Step.DecodeImage decode(String color) {
    return new Step.DecodeImage(IN, null, color, true, "drop", "shift8", 0);
  }

  private static Step.Resize resize(int width, int height, String algorithm) {
    return new Step.Resize(IN, null, width, height, "bilinear", algorithm, "stretch");
  }

  private Object run(String file) {
    assertThat(findings).isEmpty();
    Column out = Objects.requireNonNull(scope.read("image"));
    Frame frame = scope.shape().frame();
    frame.object(image.slot(), PillowTest.resource(file));
    steps.forEach(step -> step.apply(frame));
    return Objects.requireNonNull(frame.object(out.slot()));
  }

  private ColumnType type() {
    return Objects.requireNonNull(scope.typeOf("image"));
  }

  private List<String> codes() {
    return findings.stream().map(Finding::code).toList();
  }

  @Test
  void aDigitBecomesTheVectorOfTheReferenceModel() {
    add(decode("L"));
    assertThat(type()).isEqualTo(new ColumnType.Image(-1, -1, 1, false));
    add(resize(28, 28, "pil"));
    assertThat(type()).isEqualTo(new ColumnType.Image(28, 28, 1, false));
    add(new Step.Invert(IN, null)).add(new Step.Rescale(IN, null, 1 / 255.0));
    add(new Step.Normalize(IN, null, List.of(0.1307), List.of(0.3081)));
    add(new Step.Layout(IN, null, "flat"));
    assertThat(type()).isEqualTo(new ColumnType.Vector(784));
    double[] vector = (double[]) run("files/000_png_L_28.png");
    assertThat(vector).hasSize(784);
    // the corner is black, so white when inverted
    assertThat(vector[0]).isEqualTo((255 * (1 / 255.0) - 0.1307) / 0.3081);
  }

  @Test
  void channelsLieAsTheLayoutSays() {
    add(decode("RGB")).add(resize(2, 1, "pil"));
    Pixels interleaved = (Pixels) run("files/003_png_rgb_112.png");
    byte[] before = Objects.requireNonNull(interleaved.bytes()).clone();
    add(new Step.Layout(IN, null, "NCHW"));
    assertThat(type()).isEqualTo(new ColumnType.Array(List.of(3L, 1L, 2L), false));
    Pixels planar = (Pixels) run("files/003_png_rgb_112.png");
    assertThat(planar.bytes())
        .containsExactly(before[0], before[3], before[1], before[4], before[2], before[5]);
  }

  @Test
  void theLayoutOfAnImageOfAnySizeHasOpenDimensions() {
    add(decode("RGB")).add(new Step.Layout(IN, null, "NHWC"));
    assertThat(type()).isEqualTo(new ColumnType.Array(List.of(-1L, -1L, 3L), false));
    assertThat(((Pixels) run("files/009_png_nonsquare_200x90.png")).width()).isEqualTo(200);
  }

  @Test
  void cropPadAndRepeatKeepTheirPixels() {
    add(decode("L")).add(new Step.CenterCrop(IN, null, 26, 30));
    Pixels crop = (Pixels) run("files/001_png_L_28.png");
    add(new Step.Pad(IN, null, 1, 2, 3, 4, 7)).add(new Step.RepeatChannels(IN, null, 3));
    assertThat(type()).isEqualTo(new ColumnType.Image(30, 36, 3, false));
    Pixels padded = (Pixels) run("files/001_png_L_28.png");
    byte[] bytes = Objects.requireNonNull(padded.bytes());
    byte[] inner = Objects.requireNonNull(crop.bytes());
    for (int y = 0; y < 36; y++) {
      for (int x = 0; x < 30; x++) {
        boolean inside = x >= 1 && x < 27 && y >= 2 && y < 32;
        byte expected = inside ? inner[(y - 2) * 26 + x - 1] : 7;
        for (int c = 0; c < 3; c++) {
          assertThat(bytes[(y * 30 + x) * 3 + c]).as(x + "," + y).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aCropThatIsLargerIsFilledWithZerosAsInTorchvision() {
    Pixels one = Pixels.of(1, 1, 1, new byte[] {9});
    assertThat(Framing.center(one, 4, 2).bytes()).containsExactly(0, 9, 0, 0, 0, 0, 0, 0);
    Pixels four = Pixels.of(4, 1, 1, new byte[] {1, 2, 3, 4});
    assertThat(Framing.center(four, 1, 1).bytes()).containsExactly(3); // round(1.5) is 2
    Pixels six = Pixels.of(6, 1, 1, new byte[] {1, 2, 3, 4, 5, 6});
    assertThat(Framing.center(six, 1, 1).bytes()).containsExactly(3); // round(2.5) is 2
  }

  @Test
  void theShorterSideIsResizedAsInTorchvision() {
    add(decode("RGB")).add(new Step.Resize(IN, null, 32, 32, "bilinear", "pil", "shorter"));
    assertThat(type()).isEqualTo(new ColumnType.Image(-1, -1, 3, false));
    Pixels wide = (Pixels) run("files/009_png_nonsquare_200x90.png");
    assertThat(wide.width()).isEqualTo(71); // int(32 · 200 / 90)
    assertThat(wide.height()).isEqualTo(32);
  }

  @Test
  void normalizeTakesOneNumberOrOneForEachChannel() {
    add(decode("RGB")).add(resize(1, 1, "torch"));
    add(new Step.Normalize(IN, null, List.of(1.0, 2.0, 3.0), List.of(2.0)));
    double[] values = Objects.requireNonNull(((Pixels) run("files/000_png_L_28.png")).values());
    assertThat(values[0] * 2 + 1)
        .isCloseTo(values[2] * 2 + 3, org.assertj.core.api.Assertions.within(1e-9));
    add(new Step.Normalize(IN, null, List.of(1.0, 2.0), List.of(0.0)));
    assertThat(codes()).containsExactly("wrong_arity");
  }

  @Test
  void whatDoesNotFitIsAFinding() {
    add(resize(2, 2, "pil"));
    assertThat(codes()).containsExactly("wrong_column_type");
  }

  @Test
  void optionsThatNobodyKnowsAreFindings() {
    add(new Step.DecodeImage(IN, null, "CMYK", true, "green", "clip", -1));
    assertThat(codes())
        .containsExactly("unknown_value", "unknown_value", "unknown_value", "out_of_range");
  }

  @Test
  void theOrderOfStepsIsChecked() {
    add(decode("RGB")).add(new Step.Rescale(IN, null, 2)).add(resize(2, 2, "pil"));
    assertThat(codes()).containsExactly("wrong_column_type");
  }

  @Test
  void aFlatLayoutNeedsASize() {
    add(decode("RGB")).add(new Step.Layout(IN, null, "flat"));
    assertThat(codes()).containsExactly("wrong_column_type");
    assertThat(findings.getFirst().message()).contains("resize");
  }

  @Test
  void filtersOfOtherLibrariesAreFindings() {
    add(decode("RGB")).add(new Step.Resize(IN, null, 2, 2, "lanczos", "torch", "stretch"));
    assertThat(codes()).containsExactly("inconsistent");
  }

  @Test
  void sizesBeyondReasonAreFindings() {
    add(decode("RGB")).add(resize(100_000, 0, "pil"));
    assertThat(codes()).containsExactly("out_of_range", "out_of_range");
  }

  @Test
  void anImageIsNotDecodedTwice() {
    add(decode("RGB")).add(decode("RGB"));
    assertThat(codes()).containsExactly("wrong_column_type");
  }
}
