/// How a version predicts: servables and their leases, lanes, worker threads, shared runs,
/// deadlines, and the witness of how calls end, with the metrics.
@NullMarked
package io.slipway.serving.run;

import org.jspecify.annotations.NullMarked;
