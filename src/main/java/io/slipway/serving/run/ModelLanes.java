package io.slipway.serving.run;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// The lanes of one model, one for each of its versions, which share how many workers the model may
/// have at once. Lock-free.
///
/// Guarantees: a version with work always has a worker at it, or scheduled, whatever the others do,
/// so that a slow one starves none; beyond that first worker of each, all of them together have no
/// more than `width`; what becomes free goes to the version with the fewest first.
final class ModelLanes {
  private final int width;
  private final List<Lane> lanes = new CopyOnWriteArrayList<>();

  /// Rounds of all lanes, on or scheduled.
  private final AtomicInteger rounds = new AtomicInteger();

  /// @param width the most workers at the model
  ModelLanes(int width) {
    this.width = width;
  }

  int width() {
    return width;
  }

  void add(Lane lane) {
    lanes.add(lane);
  }

  /// @return whether none is left
  boolean remove(Lane lane) {
    lanes.remove(lane);
    return lanes.isEmpty();
  }

  List<Lane> lanes() {
    return lanes;
  }

  /// A lane begins a round that needs no leave: its only one, or one that was given up and goes on.
  void begin() {
    rounds.incrementAndGet();
  }

  /// A lane that has `own` rounds wants one more.
  ///
  /// @return false where the model has enough, or others need it more
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

  /// A round of `lane` is over: the others may have more.
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

  /// Whether another version has work and fewer workers than `own`.
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

  /// How many calls of the model wait.
  int waiting() {
    int waiting = 0;
    for (Lane lane : lanes) {
      waiting += lane.waiting();
    }
    return waiting;
  }

  /// How many calls of the model are worked on.
  int working() {
    int working = 0;
    for (Lane lane : lanes) {
      working += lane.working();
    }
    return working;
  }
}
