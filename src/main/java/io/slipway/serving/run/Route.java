package io.slipway.serving.run;

/// One way to a version, with the counters of the calls that come by it.
public record Route(Servable servable, RequestCounters counters) {}
