package io.slipway.security;

import java.util.Locale;

/// What a call takes.
public enum Permission {
  /// To see what is served: signatures, readiness, statistics.
  SERVED("what is served"),
  /// To get predictions.
  PREDICT("predictions"),
  /// To read the registry: versions with their files, lineage, history, events, metrics.
  READ("the registry, to read"),
  /// To register versions, and to change or delete what is not served.
  PUBLISH("publishing"),
  /// To move stages and aliases: promote, roll back.
  PROMOTE("moving stages and aliases"),
  /// To approve a version, where a model's policy asks for it. No call takes it yet.
  APPROVE("approving"),
  /// To read the history of everything.
  AUDIT("the audit log"),
  /// To give out and revoke keys, change policies, and delete what is served.
  ADMINISTER("administration");

  private final String words;

  Permission(String words) {
    this.words = words;
  }

  /// For a sentence: "this takes …".
  String words() {
    return words;
  }

  /// As the API writes it.
  public String lower() {
    return name().toLowerCase(Locale.ROOT);
  }
}
