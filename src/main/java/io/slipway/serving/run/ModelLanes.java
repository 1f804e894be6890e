package io.slipway.serving.run;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// The lanes of one model, one per version, which share a limit on the number of workers.
/// Lock-free.
///
/// Guarantees: a version with queued calls always has at least one worker, running or scheduled, so
/// a slow version starves no other. Beyond these, all versions together have at most `width`
/// workers. A free worker goes to the version with the fewest.
final class ModelLanes {
  private final int width;
  private final List<Lane> lanes = new CopyOnWriteArrayList<>();

  /// The rounds of all lanes that are running or scheduled.
  private final AtomicInteger rounds = new AtomicInteger();

  /// @param width the most workers for the model
  ModelLanes(int width) {
    this.width = width;
  }

  int width() {
    return width;
  }

  void add(Lane lane) {
    lanes.add(lane);
  }

  /// @return whether no lane is left
  boolean remove(Lane lane) {
    lanes.remove(lane);
    return lanes.isEmpty();
  }

  List<Lane> lanes() {
    return lanes;
  }

  /// Counts a round that needs no permission: the first of a lane, or one that resumes.
  void begin() {
    rounds.incrementAndGet();
  }

  /// Asks for one more round of a lane that has `own` rounds.
  ///
  /// @return false where the limit is reached, or other versions need the worker more
  boolean begin(Lane lane, int own) {
    if (othersNeed(lane, own)) {
      return false;
    }
    int now = rounds.get();
    while (now < width) {
      int seen = rounds.compareAndExchange(now, now + 1);
      if (seen == now) {
        return true;
      }
      now = seen;
    }
    return false;
  }

  /// Ends a round of `lane` and offers its worker to the other versions.
  void end(Lane lane) {
    rounds.decrementAndGet();
    if (lanes.size() > 1) {
      for (Lane other : lanes) {
        if (other != lane) {
          other.schedule();
        }
      }
    }
  }

  /// Whether another version has queued calls and fewer workers than `own`.
  boolean othersNeed(Lane lane, int own) {
    if (lanes.size() > 1) {
      for (Lane other : lanes) {
        if (other != lane && other.waiting() > 0 && other.rounds() < own) {
          return true;
        }
      }
    }
    return false;
  }

  /// The number of queued calls of the model.
  int waiting() {
    int waiting = 0;
    for (Lane lane : lanes) {
      waiting += lane.waiting();
    }
    return waiting;
  }

  /// The number of calls of the model that are being run.
  int working() {
    int working = 0;
    for (Lane lane : lanes) {
      working += lane.working();
    }
    return working;
  }
}
