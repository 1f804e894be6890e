package io.slipway.serving;

/// Why a model's output is not a valid decision.
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
