package io.slipway.registry;

import io.slipway.bundle.Digest;

/// The result of an upload that was not refused.
public sealed interface Registration {

  /// A new version.
  ///
  /// @param revision of the model
  record Created(ModelVersion version, long revision) implements Registration {}

  /// The same content is already a version of the model.
  record Existing(ModelVersion version) implements Registration {}

  /// A dry run: the bundle would be registered, and nothing was stored.
  ///
  /// @param digest of the content
  record Checked(Digest digest, BundleCheck.Report report) implements Registration {}

  /// A dry run: the files would be registered, and nothing was stored.
  ///
  /// @param digest of the content
  /// @param files their number
  record Readable(Digest digest, int files) implements Registration {}
}
