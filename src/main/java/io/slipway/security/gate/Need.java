package io.slipway.security.gate;

import io.slipway.security.Permission;

/// The requirement of one route.
///
/// @param permission [Permission#SERVED] where the reach requires none
record Need(Reach reach, Permission permission) {}
