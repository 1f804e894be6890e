package io.slipway.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A request to the store, on a virtual thread of its own. Its caller waits until the store has
/// been silent for `patience`; the thread is then interrupted, which closes its connection. The
/// client's own time-outs would not do: they begin again with each of its attempts, none limits
/// the writing of a body, and a thread that waits for a connection can't be interrupted unless it
/// is virtual.
final class StoreRequest {
  private static final long NOT_WAITING = Long.MAX_VALUE;

  private final Duration patience;

  /// When the current wait for the store began, in [System#nanoTime] from [#start]; or
  /// `NOT_WAITING` while it is not the store that is waited for.
  private volatile long waitingSince;

  private final long start = System.nanoTime();

  private StoreRequest(Duration patience) {
    this.patience = patience;
  }

  /// The work of a request. It tells the request about each sign of life of the store.
  interface Work<T extends @Nullable Object> {
    T run(StoreRequest request) throws Exception;
  }

  /// Thrown if the store has been silent for too long.
  static final class Silent extends Exception {
    private static final long serialVersionUID = 1;

    Silent(Duration patience) {
      super(
          "no answer within %.1f seconds".formatted(patience.toMillis() / 1000.0),
          null,
          false,
          false);
    }
  }

  /// Does `work`.
  ///
  /// @throws Silent if the store is silent for `patience`; the work may have had an effect
  static <T extends @Nullable Object> T run(Duration patience, Work<T> work) throws Silent {
    StoreRequest request = new StoreRequest(patience);
    Callable<T> whole = () -> work.run(request);
    FutureTask<T> task = new FutureTask<>(whole);
    Thread.ofVirtual().name("slipway-store-request").start(task);
    try {
      while (true) {
        try {
          return task.get(request.left(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          if (request.left() <= 0) {
            throw new Silent(patience);
          }
        }
      }
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal.Unavailable("interrupted while waiting for the store");
    } finally {
      task.cancel(true);
    }
  }

  private static RuntimeException unchecked(@Nullable Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return switch (e) {
      case RuntimeException unchecked -> unchecked;
      case IOException broken -> new UncheckedIOException(broken);
      case null, default -> new IllegalStateException(e);
    };
  }

  /// The time that the store has left, in nanoseconds.
  private long left() {
    long since = waitingSince;
    return since == NOT_WAITING
        ? patience.toNanos()
        : since + patience.toNanos() - (System.nanoTime() - start);
  }

  /// A wait for the store begins, or it has given a sign of life.
  private void waiting() {
    waitingSince = System.nanoTime() - start;
  }

  private void notWaiting() {
    waitingSince = NOT_WAITING;
  }

  /// What the store sends. Only while this is read is the store waited for.
  InputStream received(InputStream in) {
    notWaiting();
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        waiting();
        int next = super.read();
        notWaiting();
        return next;
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        waiting();
        int n = super.read(into, from, length);
        notWaiting();
        return n;
      }
    };
  }

  /// What is sent to the store. That it takes more is a sign of life.
  InputStream sent(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        waiting();
        return super.read();
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        waiting();
        return super.read(into, from, length);
      }
    };
  }
}
