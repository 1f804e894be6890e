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

/// Uploads that are not whole yet: a folder each with what is said of it (`about.json`) and the
/// bytes so far (`content`), whose length is the offset. So they outlive a crash of this process,
/// and what of a part has come before its connection broke is not sent again. A part is
/// acknowledged when it is synced.
///
/// They lie on the disk of the replica that has begun them, and no other knows of them.
@ApplicationScoped
public class Uploads {
  private static final Logger LOG = Logger.getLogger(Uploads.class);
  private static final int BUFFER = 1 << 16;
  private static final String ABOUT = "about.json";
  private static final TypeReference<About> ABOUT_TYPE = new TypeReference<>() {};
  private static final String CONTENT = "content";
  private static final Pattern ID = Pattern.compile("[a-z2-7]{26}");
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  /// The most that are under way at a time; what they hold is bounded by the disk's reserve.
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

  /// @param reserve bytes of the disk that uploads leave free
  /// @param retention how long one is kept after its last part
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

  /// Begins one; no byte of it is sent yet.
  ///
  /// @param size of the whole in bytes
  /// @param expected of the whole, where the sender says
  /// @throws Refusal.TooLarge where an upload may not have that size
  /// @throws Refusal.NoSpace where the disk has not that much
  /// @throws Refusal.Conflict where too many are under way
  public PartialUpload begin(
      String model, Upload.Kind kind, long size, @Nullable Digest expected, Caller caller) {
    Names.model(model);
    if (size < 1) {
      throw new Refusal.InvalidValue("/size", "expected the size of the whole in bytes, 1 or more");
    }
    if (size > maxUpload) {
      throw new Refusal.TooLarge("an upload has at most " + maxUpload + " bytes");
    }
    requireSpace(size);
    if (folders().size() >= MOST) {
      throw new Refusal.Conflict(
          MOST + " uploads are under way: finish or delete some, or wait for those to expire");
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
      // Whole or not there: a folder without its description is none.
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

  /// Those of `caller` for `model`.
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

  /// @throws Refusal.NotFound where there is none, or it is somebody else's
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

  /// Appends a part. Who comes later takes over: a connection that hangs holds nobody up.
  ///
  /// @param offset where the part begins
  /// @param part read to its end, or to where its connection breaks; what has come stays
  /// @throws Refusal.Conflict where the upload goes on elsewhere; nothing is written then
  /// @throws Refusal.TooLarge where it would grow beyond its size; nothing of the part stays then
  /// @throws Refusal.Unavailable where the disk fails; nothing of the part stays then
  public PartialUpload append(
      String model, String id, long offset, InputStream part, Caller caller) {
    find(model, id, caller);
    try (ExclusiveWork.Permit _ = exclusive.take(id)) {
      PartialUpload upload = find(model, id, caller);
      if (offset != upload.offset()) {
        throw new Refusal.Conflict(
            "the upload has " + upload.offset() + " bytes and goes on there, not at " + offset);
      }
      write(upload, part);
    }
    return find(model, id, caller);
  }

  private void write(PartialUpload upload, InputStream part) {
    boolean durable = false;
    // Not through a channel: that would be closed for good by whoever takes over.
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
              "the upload was begun with " + upload.size() + " bytes, and this part goes beyond");
        }
        requireSpace(n);
        out.write(buffer, 0, n);
      }
      out.getFD().sync();
      durable = true;
      if (broken) {
        throw new Refusal.Malformed("the part broke off; what has come of it is kept");
      }
    } catch (IOException e) {
      throw BlobStore.refusal(e);
    } finally {
      if (!durable) {
        cut(upload);
      }
    }
  }

  /// Takes back what has come since `upload`. After a sync that failed, a later one of the same
  /// bytes may succeed without writing them: they have to come again.
  private void cut(PartialUpload upload) {
    try (RandomAccessFile file = new RandomAccessFile(content(upload.id()).toFile(), "rw")) {
      file.setLength(upload.offset());
      file.getFD().sync();
    } catch (IOException e) {
      LOG.warnf("what has come of a part of upload %s is not taken back: %s", upload.id(), e);
    }
  }

  /// Throws one away.
  public void abandon(String model, String id, Caller caller) {
    find(model, id, caller);
    try (ExclusiveWork.Permit _ = exclusive.take(id)) {
      removal.delete(folder.resolve(id));
    }
  }

  /// The bytes of one that is whole.
  ///
  /// @throws Refusal.Conflict where some are missing
  Path whole(PartialUpload upload) {
    if (upload.offset() != upload.size()) {
      throw new Refusal.Conflict(
          "the upload has " + upload.offset() + " of " + upload.size() + " bytes");
    }
    return content(upload.id());
  }

  /// Throws away what no part has come for in a long time.
  ///
  /// @return how many
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
      // The disk may be well again before its owner comes back.
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

  /// Null where there is none.
  ///
  /// @throws Refusal where the disk does not say
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
          "the store's disk would have less than "
              + reserve
              + " bytes left, which uploads do not use");
    }
  }

  /// What is said of an upload as it begins.
  record About(String model, Upload.Kind kind, long size, @Nullable Digest digest, String owner) {}
}
