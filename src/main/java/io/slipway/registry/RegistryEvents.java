package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Tells listeners of this process what has been committed by this process. Listeners run on the
/// thread that made the change and must not block it.
@ApplicationScoped
public class RegistryEvents {
  private static final Logger LOG = Logger.getLogger(RegistryEvents.class);

  private final List<Consumer<RegistryEvent>> listeners = new CopyOnWriteArrayList<>();

  /// Listens until the answer is closed.
  public Subscription subscribe(Consumer<RegistryEvent> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  void publish(RegistryEvent event) {
    for (Consumer<RegistryEvent> listener : listeners) {
      try {
        listener.accept(event);
      } catch (RuntimeException e) {
        LOG.errorf(e, "A listener failed on %s", event);
      }
    }
  }

  /// Ends the listening when closed.
  @FunctionalInterface
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
