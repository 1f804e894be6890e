package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.bundle.InvalidBundle;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpeningGrowthTest {
  private static final long MB = 1 << 20;

  @TempDir Path folder;
  private OpeningGrowth growth;

  @BeforeEach
  void begin() {
    growth = new OpeningGrowth(ModelFiles.bundle(folder, "sum"));
    growth.sample("checking the graphs", 100 * MB);
  }

  @Test
  void aSmallFileMayNotBecomeLarge() {
    growth.sample("opening sum.onnx", 600 * MB);
    assertThatThrownBy(() -> growth.sample("opening sum.onnx", 620 * MB))
        .isInstanceOf(InvalidBundle.class)
        .hasMessageContaining("opening sum.onnx needs more than 512 MiB");
  }

  @Test
  void whatRunsTakeIsNotItsBusiness() {
    growth.sample("running sum.onnx", 3_000 * MB);
    growth.sample("opening other.onnx", 3_100 * MB);
  }
}
