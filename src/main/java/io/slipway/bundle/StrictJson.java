package io.slipway.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;

/// A parser for untrusted JSON: UTF-8 only, no duplicate members, no NaN, nothing after the value,
/// no unpaired surrogates, limited depth and length of numbers. A UTF-8 byte order mark at the
/// start, as some editors and spreadsheets write it, is skipped.
public final class StrictJson {
  /// The deepest nesting.
  public static final int MAX_DEPTH = 64;

  /// The longest number, in characters.
  public static final int MAX_NUMBER_CHARS = 1_000;

  /// The most names, values and brackets of a document that is read into a tree.
  public static final long MAX_TOKENS = 2_000_000;

  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxNumberLength(MAX_NUMBER_CHARS)
          .maxStringLength(128 << 20)
          .maxNameLength(10_000)
          .build();

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          // As exact as Java's own, and several times faster on long decimals.
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .streamReadConstraints(CONSTRAINTS)
          .build();

  /// For trees, which take up to thirty times the bytes of their text.
  private static final JsonFactory TREES =
      FACTORY
          .rebuild()
          .streamReadConstraints(CONSTRAINTS.rebuild().maxTokenCount(MAX_TOKENS).build())
          .build();

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(TREES).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final ObjectMapper EXACT =
      JsonMapper.builder(TREES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /// Where the parser says where a bracket was opened, which it does by the name of its source.
  private static final Pattern SOURCE = Pattern.compile(" ?\\([a-zA-Z ]{1,40} at \\[[^\\]]*]\\)");

  /// Where the parser advises to change one of its settings.
  private static final Pattern SETTING =
      Pattern.compile(
          ": enable `[\\w.]+` to allow| ?\\(not recognized as one since Feature '\\w+' not"
              + " enabled for parser\\)");

  /// Names of settings and classes that are left.
  private static final Pattern FOREIGN =
      Pattern.compile("Feature|\\b(?:com|org|java|io)\\.[a-z]+\\.");

  private static final ObjectMapper YAML = new ObjectMapper(yaml());

  private StrictJson() {}

  /// A parser over UTF-8 bytes with all limits; the caller checks for the end of the input. Where
  /// `checked` is false, the caller also detects duplicate members. Positions are counted from
  /// after a [#mark].
  public static JsonParser parser(byte[] utf8, int from, int length, boolean checked)
      throws IOException {
    int mark = mark(utf8, from, length);
    JsonParser parser = FACTORY.createParser(utf8, from + mark, length - mark);
    parser.configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, checked);
    return parser;
  }

  /// Parses the single value in `utf8`.
  ///
  /// @throws IOException where it is not strict JSON; the message is suitable for the caller
  public static JsonNode read(byte[] utf8) throws IOException {
    return read(MAPPER, utf8);
  }

  /// As [#read], but numbers with a point or an exponent keep their exact decimal value, for checks
  /// against a model's schema: a double would already be rounded.
  ///
  /// @throws IOException where it is not strict JSON; the message is suitable for the caller
  public static JsonNode readExact(byte[] utf8) throws IOException {
    return read(EXACT, utf8);
  }

  private static JsonNode read(ObjectMapper mapper, byte[] utf8) throws IOException {
    requireUtf8(utf8);
    int mark = mark(utf8, 0, utf8.length);
    JsonNode node = mapper.readTree(utf8, mark, utf8.length - mark);
    if (node.isMissingNode()) {
      throw new IOException("expected a JSON value, found nothing");
    }
    requireText(node);
    return node;
  }

  /// Parses the single document in `utf8` as YAML, of which JSON is a subset.
  public static JsonNode readYaml(byte[] utf8) throws IOException {
    requireUtf8(utf8);
    int mark = mark(utf8, 0, utf8.length);
    JsonNode node = YAML.readTree(utf8, mark, utf8.length - mark);
    requireText(node);
    return node;
  }

  /// The JSON pointer (RFC 6901) to the top-level member `member`.
  public static String pointer(String member) {
    return "/" + member.replace("~", "~0").replace("/", "~1");
  }

  /// The error as a sentence for the caller, without class names and source excerpts.
  public static String explain(IOException e) {
    if (e instanceof StreamConstraintsException) {
      return "over a limit of JSON: depth "
          + MAX_DEPTH
          + ", numbers of "
          + MAX_NUMBER_CHARS
          + " characters, as a whole "
          + MAX_TOKENS
          + " names and values";
    }
    if (e instanceof com.fasterxml.jackson.core.JsonProcessingException p) {
      String place =
          p.getLocation() == null
              ? ""
              : " at line "
                  + p.getLocation().getLineNr()
                  + ", column "
                  + p.getLocation().getColumnNr();
      return words(p.getOriginalMessage()) + place;
    }
    return e.getMessage() == null ? "not readable" : e.getMessage();
  }

  /// The parser's message without its settings, its classes and the name of its source, which mean
  /// nothing to a caller.
  private static String words(String message) {
    if (message.startsWith("Trailing token")) {
      return "there is more after the value";
    }
    String plain = SETTING.matcher(SOURCE.matcher(message).replaceAll("")).replaceAll("");
    return FOREIGN.matcher(plain).find() ? "not valid JSON" : plain;
  }

  /// The length of the UTF-8 byte order mark at the start of a text; 0 where it has none.
  public static int mark(byte[] text, int from, int length) {
    return length >= 3
            && text[from] == (byte) 0xef
            && text[from + 1] == (byte) 0xbb
            && text[from + 2] == (byte) 0xbf
        ? 3
        : 0;
  }

  /// @throws CharacterCodingException where `bytes` is not UTF-8; the message is suitable for the
  ///     caller
  public static void requireUtf8(byte[] bytes) throws CharacterCodingException {
    requireUtf8(bytes, 0, bytes.length);
  }

  /// @throws CharacterCodingException where the part of `bytes` is not UTF-8
  public static void requireUtf8(byte[] bytes, int from, int length)
      throws CharacterCodingException {
    int at = from;
    int end = from + length;
    while (at < end && bytes[at] >= 0) {
      at++;
    }
    if (at == end) {
      return;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, end - at));
    } catch (CharacterCodingException e) {
      throw new NotUtf8(fault(bytes, from, length));
    }
  }

  /// Text that is not UTF-8.
  private static final class NotUtf8 extends CharacterCodingException {
    private static final long serialVersionUID = 1;

    private final String fault;

    NotUtf8(String fault) {
      this.fault = fault;
    }

    @Override
    public String getMessage() {
      return fault;
    }
  }

  private static String fault(byte[] bytes, int from, int length) {
    int first = length < 2 ? 0 : (bytes[from] & 0xff) << 8 | bytes[from + 1] & 0xff;
    return first == 0xfffe || first == 0xfeff
        ? "in UTF-16 or UTF-32, as its byte order mark says; expected UTF-8"
        : "not UTF-8";
  }

  /// Whether every surrogate of `text` is part of a pair.
  public static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static void requireText(JsonNode node) throws IOException {
    if (node.isTextual() && !isWellFormed(node.textValue())) {
      throw new IOException("a string has an unpaired surrogate");
    }
    if (node.isObject()) {
      for (var member : node.properties()) {
        if (!isWellFormed(member.getKey())) {
          throw new IOException("a member's name has an unpaired surrogate");
        }
      }
    }
    for (JsonNode child : node) {
      requireText(child);
    }
  }

  private static YAMLFactory yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setCodePointLimit(1 << 20);
    YAMLFactory factory =
        YAMLFactory.builder().loaderOptions(options).streamReadConstraints(CONSTRAINTS).build();
    factory.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    return factory;
  }
}
