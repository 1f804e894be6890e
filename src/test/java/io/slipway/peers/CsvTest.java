package io.slipway.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.ColumnPort;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CsvTest {
  private static final Map<String, ColumnPort> COLUMNS = new LinkedHashMap<>();

  static {
    COLUMNS.put("count", new ColumnPort("int64", 1, false, true));
    COLUMNS.put("name", new ColumnPort("string", 1, false, true));
  }

  private static ArrayNode records(boolean header, byte[] csv) {
    return new Csv(COLUMNS, header, 10).records(csv);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aNumberIsNotRoundedBeforeTheSchemaJudgesIt() {
    ArrayNode records =
        records(false, utf8("9007199254740993.0,a\n4503599627370496.3,b\n1e2,c\n-7,d\n1e9999,e\n"));
    assertThat(records.get(0).get("count").decimalValue())
        .isEqualTo(new BigDecimal("9007199254740993.0"));
    assertThat(records.get(1).get("count").decimalValue())
        .isEqualTo(new BigDecimal("4503599627370496.3"));
    assertThat(records.get(2).get("count").intValue()).isEqualTo(100);
    assertThat(records.get(3).get("count").intValue()).isEqualTo(-7);
    assertThat(records.get(4).get("count").isNumber()).isTrue();
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstCell() {
    assertThat(records(true, utf8("\ufeffname,count\nx,1\n")).toString())
        .isEqualTo("[{\"name\":\"x\",\"count\":1}]");
    assertThat(records(false, utf8("\ufeff1,x\n")).toString())
        .isEqualTo("[{\"count\":1,\"name\":\"x\"}]");
    assertThatThrownBy(() -> records(false, "\ufeff1,x\n".getBytes(StandardCharsets.UTF_16LE)))
        .isInstanceOf(RefusedInput.Malformed.class)
        .hasMessageContaining("UTF-16");
  }

  @Test
  void whatIsNoCsvIsToldWithItsLine() {
    assertThatThrownBy(() -> records(false, utf8("1,a\n2,\"b\"c\n3,d\n")))
        .isInstanceOf(RefusedInput.Malformed.class)
        .hasMessageContaining("line 2");
  }
}
