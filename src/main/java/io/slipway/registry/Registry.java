package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.Digest;
import io.slipway.bundle.InvalidBundle;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The model registry. Contents are immutable. Only stages and aliases move, by compare-and-set
/// on the model's revision, and every move is recorded in the history.
///
/// Every method blocks on the database or the disk: call it from a worker or a virtual thread. A
/// refused call throws a [Refusal] or an [InvalidBundle].
@ApplicationScoped
public class Registry {
  private final Intake intake;
  private final Catalogue catalogue;
  private final Changes changes;
  private final Stages stages;
  private final Aliases aliases;
  private final Rehearsal rehearsal;
  private final AuditLog audit;
  private final Archives archives;
  private final Housekeeping housekeeping;
  private final RegistryMetrics metrics;

  Registry(
      Intake intake,
      Catalogue catalogue,
      Changes changes,
      Stages stages,
      Aliases aliases,
      Rehearsal rehearsal,
      AuditLog audit,
      Archives archives,
      Housekeeping housekeeping,
      RegistryMetrics metrics) {
    this.intake = intake;
    this.catalogue = catalogue;
    this.changes = changes;
    this.stages = stages;
    this.aliases = aliases;
    this.rehearsal = rehearsal;
    this.audit = audit;
    this.archives = archives;
    this.housekeeping = housekeeping;
    this.metrics = metrics;
  }

  /// Registers an upload. Creates the model if it does not exist.
  ///
  /// @throws InvalidBundle with all findings
  public Registration register(Upload upload) {
    Registration registration = intake.register(upload);
    if (registration instanceof Registration.Created created) {
      metrics.expect(created.version().model(), Stage.PRODUCTION);
    }
    return registration;
  }

  /// Registers content that is elsewhere. Creates the model if it does not exist.
  ///
  /// @param source its URI
  public Registration external(
      String model, @Nullable String source, @Nullable String description, Caller caller) {
    return intake.external(
        model, Names.source("/source", source), Names.text("/description", description), caller);
  }

  public Page<Model> list(ModelQuery query) {
    return catalogue.list(query);
  }

  public Model find(String model) {
    return catalogue.find(model);
  }

  public ModelVersion find(String model, int number) {
    return catalogue.find(model, number);
  }

  /// The version with the row id `row`, as prediction ids have it, even if deleted; null if there
  /// is none.
  public @Nullable PredictingVersion predicting(long row) {
    return catalogue.predicting(row);
  }

  public VersionDetail detail(String model, int number) {
    return catalogue.detail(model, number);
  }

  /// Two versions and their differences.
  public Comparison compare(String model, int left, int right) {
    return Comparison.of(catalogue.detail(model, left), catalogue.detail(model, right));
  }

  /// The versions of a model, newest first.
  public Page<ModelVersion> versions(String model, @Nullable String pageToken, int limit) {
    return catalogue.versions(model, pageToken, limit);
  }

  /// Like [#versions], with all details of each.
  public Page<VersionDetail> details(String model, @Nullable String pageToken, int limit) {
    return catalogue.details(model, pageToken, limit);
  }

  /// Changes description, owner, tags and policy of a model by a merge patch (RFC 7396).
  public Model patch(String model, JsonNode patch, @Nullable Long expectedRevision, Caller caller) {
    return changes.patch(model, patch, expectedRevision, caller);
  }

  /// Changes description, tags and `archived` of a version by a merge patch.
  public ModelVersion patch(
      String model, int number, JsonNode patch, @Nullable Long expectedRevision, Caller caller) {
    return changes.patch(model, number, patch, expectedRevision, caller);
  }

  /// Deletes a model with all its versions.
  ///
  /// @param force whether to delete it even if a stage or an alias points to a version
  public void delete(String model, boolean force, @Nullable Long expectedRevision, Caller caller) {
    changes.delete(model, force, expectedRevision, caller);
  }

  /// Deletes a version that no stage or alias points to. Its archive is removed after a grace
  /// period.
  public void delete(String model, int number, @Nullable Long expectedRevision, Caller caller) {
    changes.delete(model, number, expectedRevision, caller);
  }

  /// Points a stage to a version, once the version is ready to serve.
  public StageMoved promote(Promotion request, Preparation preparation) {
    return stages.promote(request, preparation);
  }

  /// Undoes the last move of a stage, or returns the stage to an earlier version.
  public StageMoved rollback(Rollback request, Preparation preparation) {
    return CallDeadline.rollback(() -> stages.rollback(request, preparation));
  }

  /// Points an alias to a version, once the version is ready to serve, or removes the alias.
  public AliasMoved alias(AliasChange change, Preparation preparation) {
    return aliases.move(change, preparation);
  }

  /// Runs the transaction of a rollback and undoes it, so that nothing changes.
  ///
  /// @return the duration of the move
  public Duration rehearse() {
    return rehearsal.once();
  }

  /// What should be served now, for each model that has a stage or an alias.
  public List<Wanted> wanted() {
    return expected(catalogue.wanted());
  }

  /// What should be served now of those of `models` that have a stage or an alias.
  public List<Wanted> wanted(Set<String> models) {
    return expected(catalogue.wanted(List.copyOf(models)));
  }

  private List<Wanted> expected(List<Wanted> wanted) {
    for (Wanted model : wanted) {
      model.stages().forEach(stage -> metrics.expect(model.model(), stage.name()));
    }
    return wanted;
  }

  /// The history of a model, newest first. A deleted model keeps its history.
  public Page<AuditEntry> history(String model, @Nullable String pageToken, int limit) {
    Page<AuditEntry> page = audit.page(model, pageToken, limit);
    if (page.items().isEmpty()) {
      catalogue.find(model);
    }
    return page;
  }

  /// The history of one version, newest first, at most [PageToken#MOST] entries.
  public List<AuditEntry> history(String model, int number) {
    return audit.of(model, number, PageToken.MOST);
  }

  /// The newest entry of the history of each model in `models`, by model.
  public Map<String, AuditEntry> lastChanges(List<String> models) {
    return audit.last(models);
  }

  /// The whole history, newest first.
  public Page<AuditEntry> audit(@Nullable String pageToken, int limit) {
    return audit.page(null, pageToken, limit);
  }

  /// The entries of the whole history after the number `seq`, oldest first, in chunks; empty at
  /// the end.
  public List<AuditEntry> auditAfter(long seq) {
    return audit.after(seq);
  }

  /// The number of the first history entry that was tampered with; null if the chain is intact.
  public @Nullable Long firstBrokenAuditEntry() {
    return audit.firstBroken();
  }

  /// The archives that no version needs.
  public List<Garbage> garbage() {
    return housekeeping.garbage();
  }

  /// Removes the archives that no version has needed for the grace period. This also happens
  /// every hour.
  ///
  /// @return the removed archives
  public List<Garbage> collect() {
    return housekeeping.collect();
  }

  /// The path of a version's stored archive, verified.
  ///
  /// @throws Refusal.NotFound if the version is external
  /// @throws CorruptBlob if the stored archive is not what was registered
  public Path archive(ModelVersion version) {
    Digest blob = blob(version);
    return counted(() -> archives.verified(blob));
  }

  /// One file of a version, verified.
  ///
  /// @throws CorruptBlob if the stored file is not what was registered
  public StoredFile file(String model, int number, String path) {
    VersionDetail detail = catalogue.detail(model, number);
    for (JsonNode file : detail.files()) {
      if (file.path("path").asText().equals(path)) {
        Digest expected = new Digest(file.path("sha256").asText());
        Digest blob = blob(detail.version());
        return counted(() -> archives.open(blob, path, expected));
      }
    }
    throw new Refusal.NotFound("version " + number + " of " + model + " has no file " + path);
  }

  private static Digest blob(ModelVersion version) {
    Digest blob = version.blob();
    if (blob == null) {
      throw new Refusal.NotFound(
          "version %d of %s is external, so there is no archive; its content is at %s"
              .formatted(version.number(), version.model(), version.source()));
    }
    return blob;
  }

  /// Unpacks a bundle into the empty, private `folder`, and verifies the digests of the archive
  /// and of the content. After a failure, the folder may contain some of the files.
  ///
  /// @throws CorruptBlob if the stored archive is not what was registered
  public Bundle unpack(ModelVersion version, Path folder) {
    Digest blob = blob(version);
    return counted(
        () -> {
          Path copy = folder.resolveSibling(folder.getFileName() + ".zip");
          try {
            Files.deleteIfExists(copy);
            archives.copy(blob, copy);
            Bundle bundle = new BundleReader().read(copy, folder);
            if (!bundle.digest().equals(version.digest())) {
              throw otherContent(blob, bundle, version);
            }
            return bundle;
          } catch (InvalidBundle e) {
            throw new CorruptBlob(blob, String.valueOf(e.getMessage()));
          } catch (UncheckedIOException e) {
            throw BlobStore.refusal(e);
          } catch (IOException e) {
            throw BlobStore.refusal(e);
          } finally {
            copy.toFile().delete();
          }
        });
  }

  /// Reads a bundle inside of its stored archive, without unpacking it, and verifies the digests of
  /// the archive and of the content. The caller closes the file system of its folder.
  ///
  /// @throws CorruptBlob if the stored archive is not what was registered
  public Bundle openArchive(ModelVersion version) {
    Digest blob = blob(version);
    return counted(
        () -> {
          Bundle bundle;
          try {
            bundle = new BundleReader().openArchive(archives.verified(blob));
          } catch (InvalidBundle e) {
            throw new CorruptBlob(blob, String.valueOf(e.getMessage()));
          } catch (UncheckedIOException e) {
            throw BlobStore.refusal(e);
          }
          if (!bundle.digest().equals(version.digest())) {
            throw otherContent(blob, bundle, version);
          }
          return bundle;
        });
  }

  private static CorruptBlob otherContent(Digest blob, Bundle bundle, ModelVersion version) {
    return new CorruptBlob(
        blob, "its content has " + bundle.digest() + " instead of " + version.digest());
  }

  private <T> T counted(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (CorruptBlob e) {
      metrics.corrupt();
      throw e;
    }
  }
}
