package io.slipway.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// What is no archive, an archive that escapes, or one that bursts.
final class ArchiveCases {
  static final String UPLOAD = "/api/v1/models/hostile/versions?dry_run=true";

  static final String TENSORS =
      """
      {"format": "slipway/1", "model": {"name": "m", "file": "model.onnx"},
       "input": {"object": "tensors"}, "output": {"kind": "tensors"}}
      """;

  private ArchiveCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    no(cases);
    names(cases);
    entries(cases);
    bombs(cases);
    damaged(cases);
    return cases;
  }

  /// A bundle of which only the archive is wrong.
  private static Zip bundle() {
    return new Zip().add("bundle.json", TENSORS).add("model.onnx", new byte[] {8, 8});
  }

  static Case zip(String name, Supplier<byte[]> body) {
    return Case.call("zip/" + name, "POST", UPLOAD, "application/zip", body);
  }

  private static void no(List<Case> cases) {
    cases.add(zip("empty", () -> new byte[0]));
    cases.add(zip("text", JsonCases.text("not a zip " + Corpus.MARK)));
    cases.add(zip("magic-only", JsonCases.text("PK\u0003\u0004")));
    cases.add(zip("end-only", () -> new Zip().bytes()));
    cases.add(zip("gzip", () -> HttpCases.gzip(1 << 20)));
    cases.add(zip("tar", () -> Arrays.copyOf("bundle.json".getBytes(UTF_8), 10_240)));
    cases.add(zip("seven-zip", () -> "7z\u00bc\u00af\u0027\u001c".getBytes(ISO_8859_1)));
    cases.add(zip("zeros", () -> new byte[5 << 20]));
    cases.add(zip("no-manifest", () -> new Zip().add("model.onnx", "x").bytes()));
    cases.add(zip("two-manifests", () -> bundle().add("bundle.yaml", TENSORS).bytes()));
    cases.add(zip("in-a-folder", () -> new Zip().add("m/bundle.json", TENSORS).bytes()));
  }

  private static void names(List<Case> cases) {
    for (String name :
        List.of(
            "../evil",
            "../../../../../../var/evil",
            "a/../../evil",
            "/etc/cron.d/evil",
            "..\\evil",
            "C:\\evil",
            "\\\\server\\share",
            "a//b",
            "./a",
            "a/./b",
            "CON",
            "aux.txt",
            "trailing.",
            "trailing ",
            "a:b",
            "a*b",
            "nul\u0000",
            "line\nfeed",
            "\u001b[31mred",
            "\u202egnp.exe",
            "e\u0301",
            "BUNDLE.JSON",
            "model.onnx/x",
            "")) {
      cases.add(zip("name-" + name, () -> bundle().add(name, "x").bytes()).says("unsafe_entry"));
    }
    cases.add(zip("name-of-bad-utf8", ArchiveCases::badName));
    cases.add(zip("name-long", () -> bundle().add("x".repeat(60_000), "x").bytes()));
    cases.add(zip("path-deep", () -> bundle().add("a/".repeat(5_000) + "b", "x").bytes()));
    cases.add(zip("name-twice", () -> bundle().add("model.onnx", "y").bytes()));
    cases.add(zip("file-and-folder", () -> bundle().add("a", "x").add("a/b", "y").bytes()));
  }

  private static byte[] badName() {
    byte[] name = {'a', (byte) 0xC0, (byte) 0xAF, 'b'};
    return bundle().add(name, new byte[] {3, 0}, new byte[0], f -> f).bytes();
  }

  private static void entries(List<Case> cases) {
    byte[] x = {'x'};
    cases.add(zip("link", () -> bundle().add("l", x, f -> f.mode(0xA1FF)).bytes()));
    cases.add(zip("device", () -> bundle().add("d", x, f -> f.mode(0x21FF)).bytes()));
    cases.add(zip("pipe", () -> bundle().add("p", x, f -> f.mode(0x11FF)).bytes()));
    cases.add(zip("encrypted", () -> bundle().add("e", x, f -> f.flags(0x801)).bytes()));
    cases.add(zip("strongly-encrypted", () -> bundle().add("e", x, f -> f.flags(65)).bytes()));
    for (int method : new int[] {1, 6, 9, 12, 14, 93, 95, 99}) {
      cases.add(zip("method-" + method, () -> bundle().add("e", x, f -> f.method(method)).bytes()));
    }
    cases.add(zip("stored-but-packed", () -> bundle().add("e", x, f -> f.method(0)).bytes()));
    cases.add(zip("wrong-sum", () -> bundle().add("e", x, f -> f.crc(1)).bytes()));
    cases.add(zip("smaller-than-said", () -> bundle().add("e", x, f -> f.size(999)).bytes()));
    cases.add(
        zip("larger-than-said", () -> bundle().add("e", new byte[999], f -> f.size(1)).bytes()));
    cases.add(zip("size-of-4-gigabytes", () -> bundle().add("e", x, f -> f.size(-2)).bytes()));
    cases.add(zip("packed-beyond-end", () -> bundle().add("e", x, f -> f.packed(1 << 30)).bytes()));
    cases.add(zip("offset-beyond-end", () -> bundle().add("e", x, f -> f.offset(1 << 30)).bytes()));
    cases.add(zip("offset-of-another", () -> bundle().add("e", x, f -> f.offset(0)).bytes()));
    cases.add(zip("count-too-high", () -> bundle().bytes(9, 200, 0)));
    cases.add(zip("count-65535", () -> bundle().bytes(65_535, 200, 0)));
    cases.add(zip("directory-beyond-end", () -> bundle().bytes(2, Integer.MAX_VALUE, 0)));
    cases.add(zip("comment-cut-off", () -> bundle().bytes(2, 200, 5_000)));
  }

  private static void bombs(List<Case> cases) {
    cases.add(
        zip("bomb", () -> bundle().add("zeros", new byte[100 << 20]).bytes()).says("too_large"));
    cases.add(zip("bomb-that-lies", ArchiveCases::lyingBomb));
    cases.add(zip("bomb-of-one-piece", ArchiveCases::overlapping));
    cases.add(zip("many-entries", ArchiveCases::many).says("too_many_entries"));
    cases.add(zip("bomb-in-manifest", ArchiveCases::largeManifest).says("too_large"));
    cases.add(
        zip(
            "endless-faults-of-examples",
            () ->
                new Zip()
                    .add("bundle.json", examples())
                    .add("model.onnx", "x")
                    .add("examples.jsonl", "{}\n".repeat(20 << 20))
                    .bytes()));
  }

  private static String examples() {
    return TENSORS.strip().substring(0, TENSORS.strip().length() - 1)
        + ", \"examples\": {\"file\": \"examples.jsonl\"}}";
  }

  private static byte[] lyingBomb() {
    return bundle().add("zeros", new byte[100 << 20], f -> f.size(10)).bytes();
  }

  /// A thousand names of the same bytes.
  private static byte[] overlapping() {
    byte[] zeros = new byte[4 << 20];
    Zip zip = bundle().add("z", zeros);
    byte[] packed = Zip.deflated(zeros);
    for (int i = 0; i < 1_000; i++) {
      zip.add(
          ("z" + i).getBytes(UTF_8), new byte[0], zeros, f -> f.offset(0).packed(packed.length));
    }
    return zip.bytes();
  }

  private static byte[] many() {
    Zip zip = bundle();
    for (int i = 0; i < 10_500; i++) {
      zip.add("f" + i, "");
    }
    return zip.bytes();
  }

  private static byte[] largeManifest() {
    byte[] noise = new byte[2 << 20];
    new Random(1).nextBytes(noise);
    return new Zip().add("bundle.json", noise).add("model.onnx", "x").bytes();
  }

  private static void damaged(List<Case> cases) {
    Random random = new Random(20_261_121);
    for (int i = 0; i < 12; i++) {
      long seed = random.nextLong();
      cases.add(zip("flipped-" + i, () -> flipped(new Random(seed))).may(400, 413, 422));
      cases.add(zip("cut-" + i, () -> cut(new Random(seed))));
    }
  }

  private static byte[] flipped(Random random) {
    byte[] bytes = bundle().bytes();
    for (int i = 0; i < 3; i++) {
      bytes[random.nextInt(4, bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] cut(Random random) {
    byte[] bytes = bundle().bytes();
    return Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }
}
