package io.slipway.security.gate;

import io.slipway.security.Permission;

/// What one call takes.
///
/// @param permission [Permission#SERVED] where the reach needs none
record Need(Reach reach, Permission permission) {}
