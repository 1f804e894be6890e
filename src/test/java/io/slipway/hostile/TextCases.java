package io.slipway.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Texts that cost time where patterns, words or HTML are looked for: predicted, or refused, and
/// never long.
final class TextCases {
  private static final int MANY = 190_000;

  private TextCases() {}

  static List<Case> all() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("empty", "");
    texts.put("blanks", " ".repeat(MANY));
    texts.put("one-word", "a".repeat(MANY));
    texts.put("words-of-one-letter", "a ".repeat(MANY / 2));
    texts.put("backtracking", "a".repeat(MANY - 1) + "!");
    texts.put("marks", "e" + "\u0301".repeat(MANY));
    texts.put("right-to-left", "\u202e\u05d0".repeat(MANY / 2));
    texts.put("emoji", "\ud83d\ude00".repeat(MANY));
    texts.put("joined-emoji", "\ud83d\udc69\u200d".repeat(MANY / 3));
    texts.put("private-use", "\ue000".repeat(MANY));
    texts.put("no-characters", "\uffff".repeat(MANY));
    texts.put("dotted-capitals", "\u0130".repeat(MANY));
    texts.put("sigmas", "\u03a3".repeat(MANY));
    texts.put("sharp-s", "\u1e9e".repeat(MANY));
    texts.put("ligatures", "\ufdfa".repeat(MANY));
    texts.put("tags", "<a>".repeat(MANY / 3));
    texts.put("entities", "&amp;".repeat(MANY / 5));
    texts.put("urls", "http://".repeat(MANY / 7));
    texts.put("quotes", "'".repeat(MANY));
    texts.put("different-words", different());
    List<Case> cases = new ArrayList<>();
    texts.forEach((name, text) -> cases.add(review(name, text).may(200, 422)));
    cases.add(review("too-long", "a".repeat(200_001)).says("too_long"));
    cases.add(
        new Case(
            "text/ten-thousand-reviews",
            new Case.Attack.Call(
                "POST",
                "/models/movie-review/predict",
                Set.of("Content-Type: application/json", "Slipway-Deadline-Ms: 5000"),
                TextCases::reviews),
            Set.of(200, 429, 504),
            null,
            false));
    return cases;
  }

  private static Case review(String name, String text) {
    Supplier<byte[]> body =
        () -> ("{\"review_id\":\"" + Corpus.MARK + "\",\"text\":\"" + text + "\"}").getBytes(UTF_8);
    return Case.call(
        "text/" + name, "POST", "/models/movie-review/predict", "application/json", body);
  }

  private static String different() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < MANY; i++) {
      text.append(Integer.toString(i * 7919, 36)).append(' ');
    }
    return text.toString();
  }

  private static byte[] reviews() {
    String one = "{\"review_id\":\"x\",\"text\":\"" + "good bad ".repeat(150) + "\"}";
    return ("{\"instances\":[" + one + ("," + one).repeat(9_999) + "]}").getBytes(UTF_8);
  }
}
