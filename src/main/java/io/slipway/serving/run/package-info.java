/// How a loaded version predicts: leases, lanes, workers, shared runs, deadlines, and the observers
/// of calls with their metrics.
@NullMarked
package io.slipway.serving.run;

import org.jspecify.annotations.NullMarked;
