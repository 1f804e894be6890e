package io.slipway.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slipway.Seed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileArchiveTest {
  private static final String MANIFEST =
      """
      {"format": "slipway/1", "model": {"name": "m", "file": "model.onnx"},
       "input": {"object": "tensors"}, "output": {"kind": "tensors"}}
      """;

  @TempDir Path temp;

  private Path zip(Object... namesAndContents) throws IOException {
    Path zip = Files.createTempFile(temp, "bundle", ".zip");
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream target = new ZipOutputStream(out)) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        target.putNextEntry(new ZipEntry((String) namesAndContents[i]));
        Object content = namesAndContents[i + 1];
        target.write(
            content instanceof byte[] bytes
                ? bytes
                : ((String) content).getBytes(StandardCharsets.UTF_8));
        target.closeEntry();
      }
    }
    return zip;
  }

  private Bundle read(Path zip) throws IOException {
    return new BundleReader().read(zip, Files.createTempDirectory(temp, "unpacked"));
  }

  private List<Finding> refused(Path zip) {
    return catchThrowableOfType(InvalidBundle.class, () -> read(zip)).findings();
  }

  private List<Finding> notAdmitted(Path zip) {
    return catchThrowableOfType(
            InvalidBundle.class,
            () -> new BundleReader().admit(zip, Files.createTempDirectory(temp, "unpacked")))
        .findings();
  }

  /// What desktops, version control and interpreters leave in a folder.
  @ParameterizedTest
  @ValueSource(
      strings = {
        ".DS_Store",
        "data/.DS_Store",
        "__MACOSX/._model.onnx",
        "Thumbs.db",
        "desktop.ini",
        ".git/config",
        "__pycache__/a.cpython-312.pyc",
        ".ipynb_checkpoints/a-checkpoint.ipynb"
      })
  void litterIsOneFindingWherePublishedAndNeverInTheDigest(String litter) throws IOException {
    Path plain = zip("bundle.json", MANIFEST, "model.onnx", "x");
    Path zip =
        zip("bundle.json", MANIFEST, "model.onnx", "x", litter, "1", litter + "2/.git/a", "2");
    assertThat(notAdmitted(zip))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("unwanted_file");
              assertThat(finding.where()).isEqualTo(litter);
              assertThat(finding.message()).contains("and 1 more entries");
            });
    Path folder = Files.createTempDirectory(temp, "source");
    new BundleReader().read(zip, folder);
    Digest digest = read(plain).digest();
    assertThat(new BundleReader().openSource(folder).digest()).isEqualTo(digest);
    Path packed = temp.resolve("packed.zip");
    BundleArchive.pack(folder, packed);
    assertThat(read(packed).digest()).isEqualTo(digest);
    assertThat(read(zip).digest()).as("as archives from before say").isNotEqualTo(digest);
  }

  @Test
  void backslashesAreOneFindingForAll() throws IOException {
    assertThat(refused(zip("m\\bundle.json", MANIFEST, "m\\model.onnx", "x", "m\\a\\b", "y")))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.message()).contains("backslash", "and 2 more entries");
              assertThat(finding.where()).isEqualTo("m\\bundle.json");
            });
  }

  @Test
  void aWayOfPackingThatIsNotReadIsNamed() throws IOException {
    assertThat(packed(10, 12)).contains("bzip2 (method 12)", "stored or deflated");
    assertThat(packed(10, 93)).contains("Zstandard");
    assertThat(packed(10, 2)).contains("with method 2");
    assertThat(packed(8, 1)).contains("is encrypted", "without a password");
  }

  /// The one finding for an archive whose headers say `value` at `offset`.
  private String packed(int offset, int value) throws IOException {
    byte[] bytes = Files.readAllBytes(zip("bundle.json", MANIFEST));
    bytes[indexOf(bytes, new byte[] {'P', 'K', 1, 2}) + offset] = (byte) value;
    return refused(Files.write(temp.resolve("other.zip"), bytes)).getFirst().message();
  }

  @Test
  void aNameInAnotherCodePageIsCalledSo() throws IOException {
    byte[] bytes = Files.readAllBytes(zip("bundle.json", MANIFEST, "mod_ll.onnx", "x"));
    String name = new String(bytes, StandardCharsets.ISO_8859_1);
    byte[] cp437 = name.replace("mod_ll", "mod\u0082ll").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(refused(Files.write(temp.resolve("cp437.zip"), cp437)).getFirst().message())
        .contains("not UTF-8", "cp437");
  }

  @Test
  void theSmallestBundleIsRead() throws IOException {
    Bundle bundle = read(zip("bundle.json", MANIFEST, "model.onnx", "x"));
    assertThat(bundle.files()).containsOnlyKeys("bundle.json", "model.onnx");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "a/../../evil",
        "/etc/passwd",
        "a//b",
        "./a",
        "a\\b",
        "C:evil",
        "CON",
        "dir/nul.txt",
        "lpt1",
        "trailing.",
        "trailing ",
        "nul\u0000byte",
        "line\nbreak",
        "e\u0301.txt",
        "MODEL.ONNX",
        "model.onnx/inside",
        "a*b"
      })
  void unsafeNamesAreRefused(String name) throws IOException {
    Path outside = temp.resolve("evil");
    List<Finding> findings = refused(zip("bundle.json", MANIFEST, "model.onnx", "x", name, "y"));
    assertThat(findings).extracting(Finding::code).containsOnly("unsafe_entry");
    assertThat(outside).doesNotExist();
  }

  @Test
  void everyUnsafeNameIsListed() throws IOException {
    assertThat(refused(zip("../a", "x", "/b", "y", "ok", "z"))).hasSize(2);
  }

  @Test
  void aNameThatOccursTwiceIsRefused() throws IOException {
    byte[] bytes =
        Files.readAllBytes(zip("bundle.json", MANIFEST, "model.onnx", "x", "model.onnY", "y"));
    byte[] twice =
        new String(bytes, StandardCharsets.ISO_8859_1)
            .replace("model.onnY", "model.onnx")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(refused(Files.write(temp.resolve("twice.zip"), twice))).isNotEmpty();
  }

  @Test
  void aLinkIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(zip("link", "/etc/passwd"));
    int header = indexOf(bytes, new byte[] {'P', 'K', 1, 2});
    bytes[header + 5] = 3; // made on Unix
    bytes[header + 40] = 0;
    bytes[header + 41] = (byte) 0xa0; // S_IFLNK
    assertThat(refused(Files.write(temp.resolve("link.zip"), bytes)).getFirst().message())
        .contains("link");
  }

  @Test
  void anEncryptedEntryIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(zip("secret", "x"));
    bytes[indexOf(bytes, new byte[] {'P', 'K', 1, 2}) + 8] |= 1;
    assertThat(refused(Files.write(temp.resolve("encrypted.zip"), bytes))).isNotEmpty();
  }

  @Test
  void aZipBombIsStoppedByItsRatio() throws IOException {
    Path bomb = zip("bundle.json", MANIFEST, "model.onnx", new byte[50 << 20]);
    Path folder = Files.createTempDirectory(temp, "bomb");
    List<Finding> findings =
        catchThrowableOfType(InvalidBundle.class, () -> new BundleReader().read(bomb, folder))
            .findings();
    assertThat(findings).extracting(Finding::code).containsOnly("too_large");
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.mapToLong(f -> f.toFile().length()).sum()).isLessThan(20 << 20);
    }
  }

  @Test
  void tooManyEntriesAreRefusedBeforeAnyIsUnpacked() throws IOException {
    Object[] entries = new Object[20_002];
    for (int i = 0; i < entries.length; i += 2) {
      entries[i] = "f" + i;
      entries[i + 1] = "";
    }
    assertThat(refused(zip(entries)).getFirst().code()).isEqualTo("too_many_entries");
  }

  @Test
  void aFolderAroundTheBundleIsExplained() throws IOException {
    assertThat(refused(zip("m/bundle.json", MANIFEST)).getFirst().message())
        .contains("m/bundle.json");
  }

  @Test
  void whatIsNoZipIsRefused() throws IOException {
    assertThat(refused(Files.writeString(temp.resolve("a"), "not a zip at all, but long enough")))
        .extracting(Finding::code)
        .containsOnly("not_a_zip");
    assertThat(refused(Files.write(temp.resolve("b"), new byte[0]))).isNotEmpty();
  }

  @Test
  void anOversizedManifestIsRefused() throws IOException {
    byte[] noise = new byte[2 << 20];
    new Random(1).nextBytes(noise);
    assertThat(refused(zip("bundle.json", noise)).getFirst().code()).isEqualTo("too_large");
  }

  @Test
  void damagedArchivesAreRefusedAndNeverFailOtherwise() throws IOException {
    byte[] whole = Files.readAllBytes(zip("bundle.json", MANIFEST, "model.onnx", "x".repeat(500)));
    long seed = Seed.of("damaged archives");
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      byte[] damaged =
          Arrays.copyOf(
              whole, random.nextInt(10) == 0 ? random.nextInt(whole.length) : whole.length);
      for (int k = random.nextInt(4); k >= 0 && damaged.length > 0; k--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Path file = Files.write(temp.resolve("damaged.zip"), damaged);
      assertThatNoException()
          .as("seed %d, round %d", seed, i)
          .isThrownBy(
              () -> {
                try {
                  read(file);
                } catch (InvalidBundle expected) {
                  assertThat(expected.findings()).isNotEmpty();
                }
              });
    }
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }
}
