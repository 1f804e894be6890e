package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A resumable upload: the file is sent in parts, each of which the registry has stored before the
/// next is sent. After a lost connection it asks how much has arrived and continues there; so does
/// the next process that sends the same bytes.
final class PartedUpload {
  /// The size of a part; smaller files are sent as a whole.
  static final int PART = 4 << 20;

  /// The most consecutive failures of a part.
  private static final int MOST_FAILURES = 8;

  private static final int LONGEST_WAIT_S = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RegistryClient client;
  private final String model;
  private final String type;
  private final UploadProgressBar progress;

  /// @param files whether they are files that are only kept; otherwise they are a bundle
  PartedUpload(RegistryClient client, String model, boolean files, UploadProgressBar progress) {
    this.client = client;
    this.model = model;
    this.type = files ? "application/zip;kind=files" : "application/zip";
    this.progress = progress;
  }

  /// @return the id of the complete upload
  String send(Path zip) throws IOException {
    long size = Files.size(zip);
    JsonNode upload = begun(size, Digest.of(zip));
    String id = upload.path("id").asText();
    long offset = upload.path("offset").asLong();
    int failures = 0;
    try (RandomAccessFile file = new RandomAccessFile(zip.toFile(), "r")) {
      while (offset < size) {
        try {
          offset = part(id, file, offset).path("offset").asLong();
          failures = 0;
        } catch (Failure.Unreachable e) {
          offset = after(id, offset, ++failures, e);
        } catch (Failure.Refused e) {
          // 409: another part is in progress, or more has arrived than was acknowledged; 503: the
          // store.
          if (e.status() != 409 && e.status() != 503) {
            throw e;
          }
          offset = after(id, offset, ++failures, e);
        }
      }
    }
    return id;
  }

  /// The unfinished upload of an earlier process, or a new one.
  private JsonNode begun(long size, Digest digest) {
    String path = RegistryClient.model(model, "uploads");
    for (JsonNode upload : client.get(path).path("uploads")) {
      if (upload.path("size").asLong() == size
          && upload.path("type").asText().equals(type)
          && upload.path("digest").asText().equals(digest.toString())) {
        progress.tell("resuming an earlier upload");
        return upload;
      }
    }
    ObjectNode wish = JSON.createObjectNode();
    wish.put("size", size).put("type", type).put("digest", digest.toString());
    return client.send("POST", path, wish, Map.of());
  }

  private JsonNode part(String id, RandomAccessFile file, long offset) throws IOException {
    byte[] part = new byte[(int) Math.min(PART, file.length() - offset)];
    file.seek(offset);
    file.readFully(part);
    return client.send(
        "PATCH",
        RegistryClient.model(model, "uploads", id),
        "application/octet-stream",
        BodyPublishers.ofInputStream(() -> progress.watch(new ByteArrayInputStream(part), offset)),
        Map.of("Upload-Offset", Long.toString(offset)));
  }

  /// Waits, and asks how much has arrived.
  ///
  /// @throws Failure the given one, after too many failures
  private long after(String id, long offset, int failures, Failure why) {
    if (failures > MOST_FAILURES) {
      throw new Failure.Unreachable(
          why.getMessage()
              + "; "
              + (offset >> 20)
              + " MB have arrived; the same push resumes there",
          why);
    }
    int seconds = Math.min(LONGEST_WAIT_S, 1 << (failures - 1));
    progress.tell("connection lost, retrying in " + seconds + " s");
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Unreachable("interrupted", e);
    }
    try {
      return client.get(RegistryClient.model(model, "uploads", id)).path("offset").asLong();
    } catch (Failure.Unreachable e) {
      return offset;
    }
  }
}
