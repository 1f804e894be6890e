package io.slipway.serving;

/// One way to a version, with the counters of the requests that come by it.
record Route(Servable servable, RequestCounters counters) {}
