package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleArchive;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.Digest;
import io.slipway.bundle.FileSet;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.StrictJson;
import io.slipway.registry.BlobStore.Received;
import io.slipway.registry.Upload.Content;
import io.slipway.signing.Signer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Receives uploads, in this order: a private folder, the bundle's rules, the check in a separate
/// process, the store, the database row. A refused upload leaves an audit entry and nothing else.
@ApplicationScoped
class Intake {
  private static final Logger LOG = Logger.getLogger(Intake.class);

  private final BlobStore store;
  private final Uploads uploads;
  private final Archives archives;
  private final Instance<BundleCheck> check;
  private final VersionWriter versions;
  private final RegistryMetrics metrics;
  private final SignatureCheck signatures;
  private final long maxUpload;

  Intake(
      BlobStore store,
      Uploads uploads,
      Archives archives,
      Instance<BundleCheck> check,
      VersionWriter versions,
      RegistryMetrics metrics,
      SignatureCheck signatures,
      RegistryConfig config) {
    this.store = store;
    this.uploads = uploads;
    this.archives = archives;
    this.check = check;
    this.versions = versions;
    this.metrics = metrics;
    this.signatures = signatures;
    this.maxUpload = config.maxUpload().asLongValue();
  }

  Registration register(Upload upload) {
    Names.model(upload.model());
    String result = "failed";
    try (Workspace workspace = store.workspace()) {
      Registration registration = take(upload, workspace);
      result =
          switch (registration) {
            case Registration.Created _ -> "created";
            case Registration.Existing _ -> "existing";
            case Registration.Checked _, Registration.Readable _ -> "checked";
          };
      used(upload);
      return registration;
    } catch (InvalidBundle e) {
      result = "rejected";
      if (!upload.dryRun()) {
        rejected(upload, e);
      }
      used(upload);
      throw e;
    } catch (UncheckedIOException e) {
      throw BlobStore.refusal(e);
    } finally {
      metrics.uploaded(result);
    }
  }

  /// Records the refusal in the history. The refusal is the answer even if that fails.
  private void rejected(Upload upload, InvalidBundle why) {
    try {
      versions.rejected(upload.model(), why.findings(), upload.caller());
    } catch (Refusal.Unavailable | Refusal.OutcomeUnknown e) {
      LOG.warnf(
          "the refusal of a bundle for %s may be missing in the history: %s",
          upload.model(), e.getMessage());
    }
  }

  private void used(Upload upload) {
    if (upload.content() instanceof Content.InParts(PartialUpload parts) && !upload.dryRun()) {
      uploads.abandon(parts.model(), parts.id(), upload.caller());
    }
  }

  private Registration take(Upload upload, Workspace workspace) {
    Received archive = receive(upload, workspace);
    Path unpacked = workspace.folder("bundle");
    if (upload.kind() == Upload.Kind.FILES) {
      return files(upload, archive, unpacked);
    }
    Bundle bundle = new BundleReader().admit(archive.file(), unpacked);
    JsonNode manifest = manifest(bundle);
    Policy policy = versions.policy(upload.model(), bundle.manifest().policy());
    requireLineage(policy, manifest);
    Signer signer = signatures.signer(bundle, policy.signed());
    ModelVersion existing = versions.existing(upload.model(), VersionKind.BUNDLE, bundle.digest());
    if (existing != null) {
      if (!upload.dryRun() && archive.digest().equals(existing.blob())) {
        // Publishing the same archive again replaces a damaged copy.
        archives.commit(archive);
      }
      return new Registration.Existing(existing);
    }
    BundleCheck.Report report = checked(bundle, upload);
    if (upload.dryRun()) {
      return new Registration.Checked(bundle.digest(), report);
    }
    archives.commit(archive);
    Registration registration =
        versions.register(
            upload.model(),
            new VersionWriter.Entry(
                bundle.digest(),
                archive.digest(),
                archive.size(),
                bundle.manifest().input().object(),
                bundle.examples().size(),
                bundle.manifest().model().description(),
                manifest.toString(),
                report,
                signer,
                files(bundle.files())),
            policy,
            upload.caller());
    archives.confirm(archive);
    return registration;
  }

  /// Keeps an archive of files without a look at what they are.
  private Registration files(Upload upload, Received archive, Path unpacked) {
    FileSet files = new BundleReader().files(archive.file(), unpacked);
    ModelVersion existing = versions.existing(upload.model(), VersionKind.FILES, files.digest());
    if (upload.dryRun()) {
      return existing == null
          ? new Registration.Readable(files.digest(), files.files().size())
          : new Registration.Existing(existing);
    }
    if (existing != null && !archive.digest().equals(existing.blob())) {
      return new Registration.Existing(existing);
    }
    // Publishing the same archive again replaces a damaged copy.
    archives.commit(archive);
    if (existing != null) {
      return new Registration.Existing(existing);
    }
    Registration registration =
        versions.register(
            upload.model(),
            NewVersion.ofFiles(
                files.digest(), archive.digest(), archive.size(), files(files.files())),
            upload.caller());
    archives.confirm(archive);
    return registration;
  }

  /// Registers the place of content that is elsewhere.
  Registration external(String model, String source, @Nullable String description, Caller caller) {
    Names.model(model);
    Digest digest = Digest.of(("external\n" + source).getBytes(StandardCharsets.UTF_8));
    return versions.register(model, NewVersion.ofExternal(digest, source, description), caller);
  }

  private Received receive(Upload upload, Workspace workspace) {
    Path file = workspace.folder().resolve("received");
    Received received =
        switch (upload.content()) {
          case Content.Streamed(InputStream body) -> streamed(body, file);
          case Content.InParts(PartialUpload parts) -> {
            link(uploads.whole(parts), file);
            yield store.measure(file);
          }
        };
    metrics.received(received.size());
    if (upload.expected() != null && !received.digest().equals(upload.expected())) {
      throw new Refusal.Malformed(
          "the declared digest is "
              + upload.expected()
              + ", but the received bytes have "
              + received.digest());
    }
    return switch (upload.kind()) {
      case ZIP, FILES -> {
        requireZip(received.file());
        yield received;
      }
      case ONNX -> {
        if (received.size() == 0) {
          throw new Refusal.Malformed("the body is empty");
        }
        Path zip = workspace.folder().resolve("wrapped");
        BundleArchive.wrapOnnx(received.file(), upload.model(), zip);
        yield store.measure(zip);
      }
    };
  }

  private Received streamed(InputStream body, Path file) {
    try {
      return store.receive(body, file, maxUpload);
    } catch (IOException e) {
      throw new Refusal.Malformed("the upload was interrupted");
    }
  }

  /// Creates a second name for the file, so that the upload is kept if this registration fails.
  private static void link(Path whole, Path file) {
    try {
      try {
        Files.createLink(file, whole);
      } catch (UnsupportedOperationException e) {
        Files.copy(whole, file);
      }
    } catch (IOException e) {
      throw BlobStore.refusal(e);
    }
  }

  private BundleCheck.Report checked(Bundle bundle, Upload upload) {
    if (!check.isResolvable()) {
      throw new Refusal.Unavailable("this server can't check bundles");
    }
    String result = "failed";
    try {
      BundleCheck.Report report = check.get().check(bundle, upload.model(), upload.caller());
      result = "passed";
      return report;
    } catch (InvalidBundle e) {
      result = "rejected";
      throw e;
    } finally {
      metrics.checked(result);
    }
  }

  private static void requireZip(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] magic = in.readNBytes(4);
      if (magic.length < 4 || magic[0] != 'P' || magic[1] != 'K') {
        throw new Refusal.Malformed("the body is not a zip archive");
      }
    } catch (IOException e) {
      throw BlobStore.refusal(e);
    }
  }

  /// The manifest as written in the bundle, which has more detail than the parsed one.
  private static JsonNode manifest(Bundle bundle) {
    String name = bundle.files().containsKey("bundle.json") ? "bundle.json" : "bundle.yaml";
    try {
      byte[] bytes = Files.readAllBytes(bundle.path(name));
      JsonNode json = name.endsWith(".yaml") ? StrictJson.readYaml(bytes) : StrictJson.read(bytes);
      if (json.toString().contains("\\u0000")) {
        throw new InvalidBundle("bad_manifest", name, "a string of the manifest contains U+0000");
      }
      return json;
    } catch (IOException e) {
      throw BlobStore.refusal(e);
    }
  }

  private static void requireLineage(Policy policy, JsonNode manifest) {
    List<Finding> missing =
        policy.lineage().stream()
            .filter(path -> absent(manifest.path("lineage"), path))
            .map(
                path ->
                    new Finding(
                        "missing_lineage",
                        "bundle.json#/lineage/" + path.replace('.', '/'),
                        "the model's policy requires lineage." + path))
            .toList();
    if (!missing.isEmpty()) {
      throw new InvalidBundle(missing);
    }
  }

  private static boolean absent(JsonNode lineage, String path) {
    JsonNode at = lineage.at("/" + path.replace('.', '/'));
    return at.isMissingNode() || at.isNull() || (at.isContainerNode() && at.isEmpty());
  }

  private static String files(Map<String, Bundle.Entry> files) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    files.forEach(
        (path, entry) -> {
          ObjectNode file = list.addObject();
          file.put("path", path).put("size", entry.size());
          file.put("sha256", entry.digest().hex());
        });
    return list.toString();
  }
}
