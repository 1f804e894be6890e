package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Digest;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import io.slipway.signing.Signer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes new versions: one transaction each, holding the model's row, so that the same content
/// uploaded twice at once is one version.
@ApplicationScoped
class Ledger {
  /// What of the findings of a refused bundle the history keeps.
  private static final int KEPT_FINDINGS = 20;

  private final AuditLog audit;
  private final EntityManager entities;
  private final InstantSource clock;

  Ledger(AuditLog audit, EntityManager entities, InstantSource clock) {
    this.audit = audit;
    this.entities = entities;
    this.clock = clock;
  }

  /// A version to be.
  record Entry(
      Digest digest,
      Digest blob,
      long size,
      String object,
      int examples,
      @Nullable String description,
      String manifest,
      BundleCheck.Report report,
      @Nullable Signer signer,
      String files) {}

  /// The policy that a new version must meet: the model's, or for a new model that of the bundle.
  Policy policy(String name, @Nullable Map<String, JsonNode> proposed) {
    ModelEntity model =
        Transactions.call(
            () -> ModelEntity.find("name = ?1 and deletedAt is null", name).firstResult());
    if (model != null) {
      return PolicyReader.read(Json.tree(model.policy));
    }
    if (proposed == null) {
      return Policy.NONE;
    }
    try {
      return PolicyReader.read(JsonNodeFactory.instance.objectNode().setAll(proposed));
    } catch (Refusal.InvalidValue e) {
      throw new InvalidBundle(
          "bad_policy", "bundle.json#" + e.pointer(), String.valueOf(e.getMessage()));
    }
  }

  @Nullable ModelVersion existing(String name, Digest digest) {
    return Transactions.<@Nullable ModelVersion>call(
        () -> {
          ModelEntity model =
              ModelEntity.find("name = ?1 and deletedAt is null", name).firstResult();
          VersionEntity version = model == null ? null : VersionEntity.ofContent(model, digest);
          return version == null ? null : version.toVersion(name);
        });
  }

  Registration register(String name, Entry entry, Policy policy, Caller caller) {
    return Transactions.call(() -> commit(name, entry, policy, caller));
  }

  void rejected(String name, List<Finding> findings, Caller caller) {
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    var list = detail.putArray("findings");
    findings.stream()
        .limit(KEPT_FINDINGS)
        .forEach(
            finding ->
                list.addObject()
                    .put("code", clean(finding.code()))
                    .put("where", clean(finding.where()))
                    .put("message", clean(finding.message())));
    detail.put("count", findings.size());
    Transactions.run(
        () -> audit.append(Change.of(caller, "version.rejected", name).detail(detail.toString())));
  }

  private Registration commit(String name, Entry entry, Policy policy, Caller caller) {
    ModelEntity model = lockedOrNew(name, policy);
    VersionEntity existing = VersionEntity.ofContent(model, entry.digest());
    if (existing != null) {
      return new Registration.Existing(existing.toVersion(name));
    }
    VersionEntity version = new VersionEntity();
    version.modelId = model.key();
    version.number = model.nextNumber++;
    version.digest = entry.digest().hex();
    version.blob = entry.blob().hex();
    version.size = entry.size();
    version.object = entry.object();
    version.examples = entry.examples();
    version.description = entry.description();
    version.manifest = entry.manifest();
    version.signature = entry.report().signatureJson();
    version.checks = checks(entry).toString();
    version.files = entry.files();
    version.registeredBy = caller.actor();
    version.registeredAt =
        audit.append(
            Change.of(caller, "version.registered", name)
                .version(version.number)
                .fromTo(null, entry.digest())
                .revision(model.revision)
                .detail(signed(entry.signer())));
    version.persist();
    return new Registration.Created(version.toVersion(name), model.revision);
  }

  private ModelEntity lockedOrNew(String name, Policy policy) {
    entities
        .createNativeQuery(
            "insert into model (name, created_at, policy) values (?1, ?2, cast(?3 as jsonb))"
                + " on conflict (name) do nothing")
        .setParameter(1, name)
        .setParameter(2, clock.instant())
        .setParameter(3, PolicyReader.write(policy).toString())
        .executeUpdate();
    ModelEntity model =
        ModelEntity.<ModelEntity>find("name", name)
            .withLock(LockModeType.PESSIMISTIC_WRITE)
            .firstResult();
    if (model == null) {
      throw new IllegalStateException("rows of models are never removed");
    }
    if (model.deletedAt != null) {
      model.deletedAt = null;
      model.createdAt = clock.instant();
      model.description = null;
      model.owner = null;
      model.tags = "{}";
      model.policy = PolicyReader.write(policy).toString();
      model.advance();
    }
    return model;
  }

  private static ObjectNode checks(Entry entry) {
    BundleCheck.Report report = entry.report();
    ObjectNode checks =
        JsonNodeFactory.instance
            .objectNode()
            .put("examples", report.examples())
            .put("max_difference", report.maxDifference())
            .put("millis", report.millis());
    if (entry.signer() != null) {
      checks.set("signed", entry.signer().asJson());
    }
    return checks;
  }

  /// For the history; null where nobody has signed.
  private static @Nullable String signed(@Nullable Signer signer) {
    return signer == null
        ? null
        : JsonNodeFactory.instance.objectNode().set("signed", signer.asJson()).toString();
  }

  /// Findings quote what a stranger has sent.
  private static String clean(String text) {
    String short0 = text.length() > 1_000 ? text.substring(0, 1_000) + "…" : text;
    return short0.replace("\0", "\\0");
  }
}
