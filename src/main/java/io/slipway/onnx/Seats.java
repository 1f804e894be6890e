package io.slipway.onnx;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The [Seat]s of one graph that nobody sits in: as many as there ever were runs at once. No lock.
final class Seats implements AutoCloseable {
  private final Supplier<@Nullable Seat> opener;
  private final Queue<Seat> free = new ConcurrentLinkedQueue<>();
  private volatile boolean none;
  private volatile boolean closed;

  /// @param opener gives null where there can be none
  Seats(Supplier<@Nullable Seat> opener) {
    this.opener = opener;
  }

  /// A seat, to be given [#back]; null where the graph has none.
  @Nullable Seat take() {
    if (none) {
      return null;
    }
    Seat seat = free.poll();
    if (seat == null) {
      seat = opener.get();
      none = seat == null;
    }
    return seat;
  }

  void back(Seat seat) {
    free.add(seat);
    if (closed || none) {
      empty();
    }
  }

  /// There will be no seats any more, as the graph does not keep to its sizes.
  void abolish() {
    none = true;
    empty();
  }

  private void empty() {
    for (Seat seat = free.poll(); seat != null; seat = free.poll()) {
      seat.close();
    }
  }

  /// Closes all seats; those that are taken when they come back.
  @Override
  public void close() {
    closed = true;
    empty();
  }
}
