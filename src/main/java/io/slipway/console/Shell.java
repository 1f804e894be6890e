package io.slipway.console;

import java.time.Instant;

/// The frame around every page: navigation, header, footer.
///
/// @param section the current entry of the navigation: `models`, `latency`, …
/// @param build the hash of the style sheet and the scripts, a part of their URLs
/// @param now the time when the page was rendered
/// @param replica the name of the replica that answers
/// @param version of Slipway
public record Shell(
    String section, String build, Instant now, String replica, String version, Viewer viewer) {}
