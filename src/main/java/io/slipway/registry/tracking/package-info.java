/// What MLflow's clients log: experiments, runs with their parameters and metrics, logged models,
/// and artifacts.
@NullMarked
package io.slipway.registry.tracking;

import org.jspecify.annotations.NullMarked;
