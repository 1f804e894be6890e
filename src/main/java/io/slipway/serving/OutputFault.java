package io.slipway.serving;

/// Why an output of a model is no decision.
public enum OutputFault {
  NAN("nan"),
  INF("inf"),
  SHAPE("shape");

  private final String label;

  OutputFault(String label) {
    this.label = label;
  }

  /// The value of the label `kind` in metrics.
  public String label() {
    return label;
  }
}
