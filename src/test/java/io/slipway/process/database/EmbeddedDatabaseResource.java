package io.slipway.process.database;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.slipway.bundle.FolderRemoval;
import io.slipway.process.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL and an empty data folder for a `@QuarkusTest`:
///
/// ```java
/// @QuarkusTest
/// @QuarkusTestResource(EmbeddedDatabaseResource.class)
/// class FooTest { … }
/// ```
///
/// All test classes with it share one database and one start of Quarkus, so a test uses model names
/// of its own. It needs no Docker; the programs are unpacked to `target/postgres` once.
public final class EmbeddedDatabaseResource implements QuarkusTestResourceLifecycleManager {
  private @Nullable EmbeddedDatabase database;
  private @Nullable DataFolder data;

  /// A database in `data`. Test processes share the unpacked programs: one unpacks them at a time.
  public static EmbeddedDatabase start(DataFolder data) {
    Path programs = Path.of("target", "postgres").toAbsolutePath();
    try (FileChannel lock =
            FileChannel.open(
                programs.resolveSibling("postgres.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = lock.lock()) {
      EmbeddedDatabase database = EmbeddedDatabase.start(data, programs);
      database.awaitReady();
      return database;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, String> start() {
    try {
      DataFolder folder = DataFolder.claim(Files.createTempDirectory("slipway-test-"));
      EmbeddedDatabase started = start(folder);
      data = folder;
      database = started;
      Map<String, String> properties = new HashMap<>(started.properties());
      properties.put("slipway.data", folder.path().toString());
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (database == null || data == null) {
      return;
    }
    database.close();
    data.close();
    try {
      FolderRemoval.now(data.path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
