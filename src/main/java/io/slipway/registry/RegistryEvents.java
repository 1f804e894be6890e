package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Delivers committed changes, whichever replica made them, to listeners in this process: in the
/// order of the history, each one once. Listeners run on the thread that reads the history and
/// must not block it.
@ApplicationScoped
public class RegistryEvents {
  private static final Logger LOG = Logger.getLogger(RegistryEvents.class);

  private final List<Consumer<RegistryEvent>> listeners = new CopyOnWriteArrayList<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

  /// The kinds of state that can be watched.
  public enum Topic {
    MODELS,
    KEYS,
    PREDICTION_ID_KEYS,
    REPLICAS
  }

  private record Watcher(Topic topic, Runnable wake) {}

  /// Subscribes to events until the result is closed.
  public Subscription subscribe(Consumer<RegistryEvent> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /// Calls `wake` when state of `topic` has changed or may have changed, until the result is
  /// closed. The callback must read the state itself.
  public Subscription watch(Topic topic, Runnable wake) {
    Watcher watcher = new Watcher(topic, wake);
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  void publish(RegistryEvent event) {
    for (Consumer<RegistryEvent> listener : listeners) {
      guarded(() -> listener.accept(event), event);
    }
  }

  void wake(Topic topic) {
    for (Watcher watcher : watchers) {
      if (watcher.topic == topic) {
        guarded(watcher.wake, topic);
      }
    }
  }

  private static void guarded(Runnable listener, Object news) {
    try {
      listener.run();
    } catch (RuntimeException e) {
      LOG.errorf(e, "A listener failed on %s", news);
    }
  }

  /// A subscription, which closing ends.
  @FunctionalInterface
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
