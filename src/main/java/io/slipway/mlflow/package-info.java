/// The tracking API of MLflow, for its unchanged clients: experiments, runs, logged models and
/// artifacts.
@NullMarked
package io.slipway.mlflow;

import org.jspecify.annotations.NullMarked;
