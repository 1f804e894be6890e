package io.slipway.serving.run;

/// A version as the target of a selector, with the counters of the calls that use it.
public record Route(Servable servable, RequestCounters counters) {}
