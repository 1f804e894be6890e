/// Hostile input, made by hand: what a caller can send that no caller should, and what must come of
/// it.
package io.slipway.hostile;
