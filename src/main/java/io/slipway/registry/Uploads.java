package io.slipway.registry;

import com.fasterxml.jackson.core.type.TypeReference;
import io.slipway.bundle.Digest;
import io.slipway.bundle.FolderRemoval;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Stores uploads in parts until they are complete and registered. Each has a folder with its
/// description (`about.json`) and the bytes received so far (`content`), whose length is the
/// offset. So uploads survive a crash of this process, and bytes that arrived before a connection
/// broke are not sent again. A part is acknowledged once it is synced.
///
/// An upload is on the disk of the replica that started it. Other replicas do not know it.
@ApplicationScoped
public class Uploads {
  private static final Logger LOG = Logger.getLogger(Uploads.class);
  private static final int BUFFER = 1 << 16;
  private static final String ABOUT = "about.json";
  private static final TypeReference<About> ABOUT_TYPE = new TypeReference<>() {};
  private static final String CONTENT = "content";
  private static final Pattern ID = Pattern.compile("[a-z2-7]{26}");
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  /// The most uploads at a time. The disk's reserve limits how much they store.
  static final int MOST = 100;

  private final SecureRandom random = new SecureRandom();
  private final ExclusiveWork exclusive = new ExclusiveWork();
  private final FolderRemoval removal = new FolderRemoval();
  private final Path folder;
  private final long maxUpload;
  private final long reserve;
  private final Duration retention;
  private final InstantSource clock;

  @Inject
  Uploads(
      @ConfigProperty(name = "slipway.data") Path data,
      RegistryConfig config,
      InstantSource clock) {
    this(
        data.resolve("store").resolve("uploads"),
        config.maxUpload().asLongValue(),
        config.reserve().asLongValue(),
        config.uploadPatience(),
        clock);
  }

  /// @param reserve the free disk space that uploads must leave, in bytes
  /// @param retention how long an upload is kept after its last part
  Uploads(Path folder, long maxUpload, long reserve, Duration retention, InstantSource clock) {
    this.folder = folder;
    this.maxUpload = maxUpload;
    this.reserve = reserve;
    this.retention = retention;
    this.clock = clock;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("the store can't be created in " + folder, e);
    }
  }

  /// Starts an upload, without any content.
  ///
  /// @param size of the complete content in bytes
  /// @param expected the digest of the complete content; null if the sender does not declare it
  /// @throws Refusal.TooLarge if an upload may not have that size
  /// @throws Refusal.NoSpace if the disk does not have that much space
  /// @throws Refusal.Conflict if there are [#MOST] uploads already
  public PartialUpload begin(
      String model, Upload.Kind kind, long size, @Nullable Digest expected, Caller caller) {
    Names.model(model);
    if (size < 1) {
      throw new Refusal.InvalidValue("/size", "expected the size of the whole in bytes, 1 or more");
    }
    if (size > maxUpload) {
      throw new Refusal.TooLarge("an upload may have at most " + maxUpload + " bytes");
    }
    requireSpace(size);
    if (folders().size() >= MOST) {
      throw new Refusal.Conflict(
          MOST + " uploads are unfinished: finish or delete some, or wait until they expire");
    }
    String id =
        random
            .ints(26, 0, 32)
            .collect(
                StringBuilder::new,
                (text, i) -> text.append(ALPHABET.charAt(i)),
                StringBuilder::append)
            .toString();
    try {
      // The description comes last: a folder without one does not count as an upload.
      Files.createDirectory(folder.resolve(id));
      Files.createFile(content(id));
      about(id).write(new About(model, kind, size, expected, caller.actor()));
      BlobStore.sync(folder, StandardOpenOption.READ);
    } catch (IOException e) {
      removal.delete(folder.resolve(id));
      throw BlobStore.refusal(e);
    }
    return find(model, id, caller);
  }

  /// The uploads of `caller` for `model`.
  public List<PartialUpload> list(String model, Caller caller) {
    List<PartialUpload> own = new ArrayList<>();
    for (Path place : folders()) {
      PartialUpload upload = read(place.getFileName().toString());
      if (upload != null && belongs(upload, model, caller)) {
        own.add(upload);
      }
    }
    return own;
  }

  /// @throws Refusal.NotFound if there is none, or it belongs to another caller
  public PartialUpload find(String model, String id, Caller caller) {
    PartialUpload upload = ID.matcher(id).matches() ? read(id) : null;
    if (upload == null || !belongs(upload, model, caller)) {
      throw new Refusal.NotFound(
          "there is no upload "
              + id
              + " of yours for "
              + model
              + ": it is finished, or has expired");
    }
    return upload;
  }

  private static boolean belongs(PartialUpload upload, String model, Caller caller) {
    return upload.model().equals(model) && upload.owner().equals(caller.actor());
  }

  /// Appends a part. It interrupts an earlier request that is still appending, so a stalled
  /// connection blocks nobody.
  ///
  /// @param offset where the part starts
  /// @param part read to its end, or until its connection breaks; the bytes that arrived are kept
  /// @throws Refusal.Conflict if the upload has another offset, or is still in use; nothing is
  ///     written
  /// @throws Refusal.TooLarge if the upload would exceed its size; nothing of the part is kept
  /// @throws Refusal.Unavailable if the disk fails; nothing of the part is kept
  public PartialUpload append(
      String model, String id, long offset, InputStream part, Caller caller) {
    find(model, id, caller);
    try (ExclusiveWork.Permit _ = exclusive.take(id)) {
      PartialUpload upload = find(model, id, caller);
      if (offset != upload.offset()) {
        throw new Refusal.Conflict(
            "the upload has " + upload.offset() + " bytes and continues there, not at " + offset);
      }
      write(upload, part);
    }
    return find(model, id, caller);
  }

  private void write(PartialUpload upload, InputStream part) {
    boolean durable = false;
    // Not a channel: the interrupt of a later request would close it.
    try (FileOutputStream out = new FileOutputStream(content(upload.id()).toFile(), true)) {
      boolean broken = false;
      long room = upload.size() - upload.offset();
      byte[] buffer = new byte[BUFFER];
      while (true) {
        int n;
        try {
          n = part.read(buffer);
        } catch (IOException e) {
          broken = true;
          break;
        }
        if (n < 0) {
          break;
        }
        room -= n;
        if (room < 0) {
          throw new Refusal.TooLarge(
              "the upload was started with " + upload.size() + " bytes, and this part exceeds it");
        }
        requireSpace(n);
        out.write(buffer, 0, n);
      }
      out.getFD().sync();
      durable = true;
      if (broken) {
        throw new Refusal.Malformed("the part was interrupted; the bytes that arrived are kept");
      }
    } catch (IOException e) {
      throw BlobStore.refusal(e);
    } finally {
      if (!durable) {
        cut(upload);
      }
    }
  }

  /// Truncates the content to the offset of `upload`. After a failed sync, a later sync may
  /// succeed without writing the same bytes, so they must be sent again.
  private void cut(PartialUpload upload) {
    try (RandomAccessFile file = new RandomAccessFile(content(upload.id()).toFile(), "rw")) {
      file.setLength(upload.offset());
      file.getFD().sync();
    } catch (IOException e) {
      LOG.warnf("an incomplete part of upload %s could not be removed: %s", upload.id(), e);
    }
  }

  /// Deletes an upload.
  public void abandon(String model, String id, Caller caller) {
    find(model, id, caller);
    try (ExclusiveWork.Permit _ = exclusive.take(id)) {
      removal.delete(folder.resolve(id));
    }
  }

  /// The file with the complete content of an upload.
  ///
  /// @throws Refusal.Conflict if bytes are missing
  Path whole(PartialUpload upload) {
    if (upload.offset() != upload.size()) {
      throw new Refusal.Conflict(
          "the upload has " + upload.offset() + " of " + upload.size() + " bytes");
    }
    return content(upload.id());
  }

  /// Deletes uploads whose last part arrived longer ago than the retention.
  ///
  /// @return the number of deleted uploads
  int expire() {
    Instant now = clock.instant();
    int expired = 0;
    removal.again();
    for (Path place : folders()) {
      String id = place.getFileName().toString();
      if (expired(place, now)) {
        try (ExclusiveWork.Permit _ = exclusive.take(id)) {
          removal.delete(place);
          expired++;
        }
      }
    }
    return expired;
  }

  private boolean expired(Path place, Instant now) {
    try {
      PartialUpload upload = read(place.getFileName().toString());
      return upload == null ? old(place, now) : upload.expiresAt().isBefore(now);
    } catch (Refusal e) {
      // The disk may work again before the owner comes back.
      LOG.warnf("%s is kept: %s", place, e.getMessage());
      return false;
    }
  }

  private boolean old(Path place, Instant now) {
    try {
      return Files.getLastModifiedTime(place).toInstant().plus(retention).isBefore(now);
    } catch (IOException e) {
      return false;
    }
  }

  /// Reads an upload; null if there is none.
  ///
  /// @throws Refusal if the disk fails
  private @Nullable PartialUpload read(String id) {
    Path content = content(id);
    try {
      About about = about(id).readUnlessFaulty();
      if (about == null) {
        return null;
      }
      return new PartialUpload(
          id,
          about.model(),
          about.kind(),
          about.size(),
          about.digest(),
          Files.size(content),
          about.owner(),
          Files.getLastModifiedTime(content).toInstant().plus(retention));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw BlobStore.refusal(e);
    }
  }

  private KeptFile<About> about(String id) {
    return new KeptFile<>(folder.resolve(id).resolve(ABOUT), ABOUT_TYPE);
  }

  private Path content(String id) {
    return folder.resolve(id).resolve(CONTENT);
  }

  private List<Path> folders() {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isDirectory).toList();
    } catch (IOException e) {
      throw BlobStore.refusal(e);
    }
  }

  private void requireSpace(long more) {
    if (folder.toFile().getUsableSpace() - more < reserve) {
      throw new Refusal.NoSpace(
          "the store's disk would have less than " + reserve + " bytes left, which are reserved");
    }
  }

  /// The description of an upload, written when it starts.
  record About(String model, Upload.Kind kind, long size, @Nullable Digest digest, String owner) {}
}
