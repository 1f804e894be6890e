package io.slipway.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.slipway.bundle.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A file with a part of the registry's state: for a start without the database, or for state
/// that is not in the database. It has a line with a SHA-256, then the JSON that it covers. Only
/// the owner of the process may read it. A change is written to a new file, synced, and renamed,
/// so there is always one complete file. Not thread-safe.
///
/// @param <T> records that Jackson can read and write
@RegisterForReflection(targets = Digest.class)
public final class KeptFile<T> {
  private static final Logger LOG = Logger.getLogger(KeptFile.class);

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Path file;
  private final TypeReference<T> type;
  private @Nullable T kept;

  public KeptFile(Path file, TypeReference<T> type) {
    this.file = file;
    this.type = type;
  }

  /// Writes `state`, unless this object has written the same before. If the disk refuses, logs
  /// the error, and the next call tries again.
  public void keep(T state) {
    if (Objects.equals(kept, state)) {
      return;
    }
    try {
      write(state);
      kept = state;
    } catch (IOException e) {
      LOG.errorf("%s can't be written; a start without the database may lack it: %s", file, e);
    }
  }

  /// Writes `state`, and returns once it is on the disk.
  void write(T state) throws IOException {
    String json = JSON.writeValueAsString(state);
    replace(digest(json) + "\n" + json);
  }

  /// The state in the file; null if the file is missing, damaged or can't be read.
  public @Nullable T read() {
    try {
      return readUnlessFaulty();
    } catch (IOException e) {
      LOG.errorf("%s can't be read and is ignored: %s", file, e);
      return null;
    }
  }

  /// The state in the file; null if the file is missing or damaged.
  ///
  /// @throws IOException if the file exists and the disk fails
  @Nullable T readUnlessFaulty() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      LOG.debugf("%s does not exist", file);
      return null;
    }
    String[] parts = new String(bytes, StandardCharsets.UTF_8).split("\n", 2);
    if (parts.length < 2 || !parts[0].equals(digest(parts[1]))) {
      LOG.errorf("%s was changed or damaged and is ignored", file);
      return null;
    }
    try {
      return JSON.readValue(parts[1], type);
    } catch (JsonProcessingException e) {
      LOG.errorf("%s is from another release and is ignored: %s", file, e.getOriginalMessage());
      return null;
    }
  }

  private static String digest(String json) {
    return Digest.of(json.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private void replace(String text) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, ownersOnly());
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (folder != null) {
      BlobStore.sync(folder, StandardOpenOption.READ);
    }
  }

  private FileAttribute<?>[] ownersOnly() {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
