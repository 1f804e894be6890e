package io.slipway.suite;

/// Tells the threads of a test to stop: at the latest when it is closed, so also when the test
/// fails. Declare it behind the executor in the same `try`: it is closed first, so that the
/// executor does not wait for threads that nobody has told.
public final class StopSignal implements AutoCloseable {
  private volatile boolean given;

  /// Whether to stop.
  public boolean given() {
    return given;
  }

  public void give() {
    given = true;
  }

  @Override
  public void close() {
    give();
  }
}
