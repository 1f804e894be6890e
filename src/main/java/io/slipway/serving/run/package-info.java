/// How a version predicts: servables and their leases, lanes, worker threads, shared runs,
/// deadlines, and the metrics of it all.
@NullMarked
package io.slipway.serving.run;

import org.jspecify.annotations.NullMarked;
