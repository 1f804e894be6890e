package io.slipway.door;

import io.netty.channel.EventLoop;

/// The present turn of an event loop: it asks the system which connections have something, and then
/// sees to them one after the other. All of it was there when the turn began, so that is when a
/// request had arrived at the latest, and not when its own turn came: on a loop that is behind, the
/// last of thousands would wait for seconds and still have its whole time before it.
final class Turn {
  private static final ThreadLocal<Turn> OF_THIS_LOOP = ThreadLocal.withInitial(Turn::new);

  private boolean on;
  private long began;

  private Turn() {}

  /// When the present turn of `loop` began, in [System#nanoTime]; on its thread.
  static long began(EventLoop loop) {
    Turn turn = OF_THIS_LOOP.get();
    if (!turn.on) {
      turn.on = true;
      turn.began = System.nanoTime();
      // Tasks come after all connections of the turn.
      loop.execute(turn::end);
    }
    return turn.began;
  }

  private void end() {
    on = false;
  }
}
