package io.slipway.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class SharedBundlesTest {
  @TempDir Path temp;

  @TestFactory
  Stream<DynamicTest> readsTheSameFromArchiveAndFolder() throws Exception {
    return Stream.of(Path.of("../shared/data/bundles"), Path.of("../shared/data/bench"))
        .flatMap(
            root -> {
              try {
                return Files.list(root);
              } catch (java.io.IOException e) {
                return Stream.empty();
              }
            })
        .filter(Files::isDirectory)
        .map(
            folder ->
                DynamicTest.dynamicTest(
                    folder.getFileName().toString(),
                    () -> {
                      Path zip = temp.resolve(folder.getFileName() + ".zip");
                      BundleArchive.pack(folder, zip);
                      Path target = Files.createDirectory(temp.resolve(folder.getFileName()));
                      Bundle read = new BundleReader().read(zip, target);
                      Bundle opened = new BundleReader().open(folder);
                      assertThat(read.digest()).isEqualTo(opened.digest());
                      assertThat(read.examples()).isNotEmpty();
                    }));
  }
}
