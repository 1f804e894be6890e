package io.slipway.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderRemovalTest {
  @TempDir Path temp;

  private final FolderRemoval removal = new FolderRemoval();

  private Path filled(String name) throws IOException {
    Path folder = temp.resolve(name);
    Files.createDirectories(folder.resolve("deep"));
    Files.writeString(folder.resolve("deep").resolve("file"), "content");
    return folder;
  }

  @Test
  void aFolderIsDeletedWithItsContentAndWhatItsLinksLeadToIsNot() throws IOException {
    Path other = filled("other");
    Path folder = filled("folder");
    Files.createSymbolicLink(folder.resolve("link"), other);
    assertThat(removal.delete(folder)).isTrue();
    assertThat(folder).doesNotExist();
    assertThat(other.resolve("deep").resolve("file")).exists();
  }

  @Test
  void aFolderThatDoesNotExistIsDeleted() {
    assertThat(removal.delete(temp.resolve("none"))).isTrue();
    assertThat(removal.again()).isZero();
  }

  @Test
  void aRememberedFolderIsDeletedOnce() throws IOException {
    Path folder = filled("folder");
    removal.later(folder);
    assertThat(removal.again()).isEqualTo(1);
    assertThat(folder).doesNotExist();
    assertThat(removal.again()).isZero();
  }
}
