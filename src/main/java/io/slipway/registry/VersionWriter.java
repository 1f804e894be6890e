package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Digest;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import io.slipway.signing.Signer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Registers new versions. Each takes one transaction that locks the model's row, so the same
/// content uploaded twice at the same time becomes one version.
@ApplicationScoped
class VersionWriter {
  /// The most findings of a refused bundle that the history keeps.
  private static final int KEPT_FINDINGS = 20;

  private static final String NEW_MODEL =
      """
      insert into model (name, created_at, policy) values (:name, :at, cast(:policy as jsonb))
      on conflict (name) do nothing
      """;

  private final AuditLog audit;
  private final Sql sql;
  private final ModelRepository models;
  private final VersionRepository versions;
  private final BaselineRepository baselines;
  private final InstantSource clock;

  VersionWriter(
      AuditLog audit,
      Sql sql,
      ModelRepository models,
      VersionRepository versions,
      BaselineRepository baselines,
      InstantSource clock) {
    this.audit = audit;
    this.sql = sql;
    this.models = models;
    this.versions = versions;
    this.baselines = baselines;
    this.clock = clock;
  }

  /// A bundle that is to be registered.
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

  /// The policy that a new version must meet: that of the model, or for a new model that of the
  /// bundle.
  Policy policy(String name, @Nullable Map<String, JsonNode> proposed) {
    ModelRow model = Transactions.<@Nullable ModelRow>call(() -> models.rowOrNull(name));
    if (model != null) {
      return model.rules();
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

  /// The version of this kind with this content; null if there is none.
  @Nullable ModelVersion existing(String name, VersionKind kind, Digest digest) {
    return Transactions.<@Nullable ModelVersion>call(
        () -> {
          ModelRow model = models.rowOrNull(name);
          return model == null ? null : versions.ofContent(model, kind, digest);
        });
  }

  Registration register(String name, Entry entry, Policy policy, Caller caller) {
    String detail = signed(entry.signer());
    String baseline = entry.report().baseline();
    return Transactions.call(() -> commit(name, columns(entry), baseline, detail, policy, caller));
  }

  /// Registers a version that is not a bundle, which no policy concerns.
  Registration register(String name, NewVersion version, Caller caller) {
    String detail = "{\"kind\":\"" + version.kind().word() + "\"}";
    return Transactions.call(() -> commit(name, version, null, detail, Policy.NONE, caller));
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
        () ->
            audit.append(
                NewAuditEntry.of(caller, "version.rejected", name).detail(detail.toString())));
  }

  private Registration commit(
      String name,
      NewVersion version,
      @Nullable String baseline,
      @Nullable String detail,
      Policy policy,
      Caller caller) {
    ModelEntity model = lockedOrNew(name, policy);
    ModelVersion existing = versions.ofContent(model, version.kind(), version.digest());
    if (existing != null) {
      return new Registration.Existing(existing);
    }
    int number = model.takeNumber();
    Instant at =
        audit.append(
            NewAuditEntry.of(caller, "version.registered", name)
                .version(number)
                .fromTo(null, version.digest())
                .revision(model.revision())
                .detail(detail));
    VersionEntity entity = new VersionEntity(model.id(), number, version, at, caller);
    versions.persistAndFlush(entity);
    if (baseline != null) {
      baselines.persist(new BaselineEntity(entity.id(), baseline));
    }
    return new Registration.Created(versions.version(model, number), model.revision());
  }

  private static NewVersion columns(Entry entry) {
    return new NewVersion(
        VersionKind.BUNDLE,
        entry.digest(),
        entry.blob(),
        entry.size(),
        null,
        entry.object(),
        entry.examples(),
        entry.manifest(),
        entry.report().signatureJson(),
        checks(entry).toString(),
        entry.files(),
        entry.description());
  }

  private ModelEntity lockedOrNew(String name, Policy policy) {
    Instant now = clock.instant();
    String written = PolicyReader.write(policy).toString();
    sql.of(NEW_MODEL).set("name", name).set("at", now).set("policy", written).run();
    ModelEntity model =
        Objects.requireNonNull(
            models.lockedEvenIfDeleted(name), "rows of models are never removed");
    if (model.deleted()) {
      model.comeBack(now, policy);
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
    checks
        .putObject("sharing")
        .put("verdict", report.sharing().verdict().word())
        .put("why", report.sharing().why());
    if (report.untried()) {
      checks.put("untried", true);
    }
    if (!report.optimization().equals("all")) {
      checks.put("optimization", report.optimization());
    }
    ArrayNode remarks = JsonNodeFactory.instance.arrayNode();
    for (Finding remark : report.remarks()) {
      remarks
          .addObject()
          .put("code", remark.code())
          .put("where", remark.where())
          .put("message", clean(remark.message()));
    }
    if (!remarks.isEmpty()) {
      checks.set("remarks", remarks);
    }
    if (entry.signer() != null) {
      checks.set("signed", entry.signer().asJson());
    }
    return checks;
  }

  /// The signer as JSON, for the history; null if the bundle is not signed.
  private static @Nullable String signed(@Nullable Signer signer) {
    return signer == null
        ? null
        : JsonNodeFactory.instance.objectNode().set("signed", signer.asJson()).toString();
  }

  /// Limits and cleans the text of a finding, which may quote untrusted content.
  private static String clean(String text) {
    String short0 = text.length() > 1_000 ? text.substring(0, 1_000) + "…" : text;
    return short0.replace("\0", "\\0");
  }
}
