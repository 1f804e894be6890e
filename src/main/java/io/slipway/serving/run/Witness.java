package io.slipway.serving.run;

import io.quarkus.arc.All;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/// Reports the end of each call to all observers. A failing observer affects neither the answer nor
/// the other observers.
@Singleton
public final class Witness {
  private static final Logger LOG = Logger.getLogger(Witness.class);
  private static final long LOG_EVERY = TimeUnit.SECONDS.toNanos(1);

  private final Observer[] observers;
  private final AtomicLong lastLogged = new AtomicLong(System.nanoTime() - 2 * LOG_EVERY);

  @Inject
  public Witness(@All List<Observer> observers) {
    this.observers = observers.toArray(new Observer[0]);
  }

  /// Called exactly once per call, before its caller can have the answer.
  public void tell(Outcome outcome) {
    for (Observer observer : observers) {
      try {
        observer.ended(outcome);
      } catch (RuntimeException | Error e) {
        log(observer, e);
      }
    }
  }

  /// Logs a failure, at most once per second: what fails once may fail at every call.
  private void log(Observer observer, Throwable e) {
    long now = System.nanoTime();
    long before = lastLogged.get();
    if (now - before > LOG_EVERY && lastLogged.compareAndSet(before, now)) {
      LOG.errorf(e, "%s failed on the end of a call", observer.getClass().getSimpleName());
    }
  }
}
