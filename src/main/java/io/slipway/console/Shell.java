package io.slipway.console;

import java.time.Instant;

/// What stands around every page.
///
/// @param section the entry of the navigation that is current: `models`, `latency`, …
/// @param build names the content of the style sheet and the scripts
/// @param now when the page was made
/// @param replica the name of the machine that answers
/// @param version of Slipway
public record Shell(
    String section, String build, Instant now, String replica, String version, Viewer viewer) {}
