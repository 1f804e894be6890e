package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Delivers events, whichever replica wrote them, to listeners in this process: in the order of
/// their numbers, each one once. Listeners run on the thread that reads the events and must not
/// block it.
@ApplicationScoped
public class RegistryEvents {
  private static final Logger LOG = Logger.getLogger(RegistryEvents.class);

  /// The position before the first event is known.
  public static final long NOWHERE = -1;

  private final List<Consumer<RegistryEvent>> listeners = new CopyOnWriteArrayList<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private volatile long position = NOWHERE;

  /// The kinds of state that can be watched. [#MODELS] stands for changes of any model; those of
  /// a single one are events that name it.
  public enum Topic {
    MODELS,
    KEYS,
    PREDICTION_ID_KEYS,
    REPLICAS
  }

  private record Watcher(Topic topic, Runnable wake) {}

  /// Subscribes to events until the result is closed: to all after [#position] as it is now.
  public synchronized Subscription subscribe(Consumer<RegistryEvent> listener) {
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

  /// The number of the last event that all listeners have got, or that was there before this
  /// process; [#NOWHERE] if it is not known yet.
  public long position() {
    return position;
  }

  void begin(long newest) {
    position = newest;
  }

  synchronized void publish(RegistryEvent event) {
    for (Consumer<RegistryEvent> listener : listeners) {
      guarded(() -> listener.accept(event), event);
    }
    position = event.sequence();
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
