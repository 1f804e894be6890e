package io.slipway.door;

import io.slipway.serving.run.Observer;
import io.slipway.serving.run.Outcome;
import io.slipway.serving.run.Scored;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// An observer that keeps what it hears of one model.
@Singleton
public class HeardOutcomes implements Observer {
  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private volatile String model = "";

  /// @param ids of the decisions
  public record Heard(Outcome outcome, List<String> ids) {}

  @Override
  public void ended(Outcome outcome) {
    if (outcome.choice().model().equals(model)) {
      heard.add(
          new Heard(
              outcome,
              outcome.scored().stream()
                  .filter(Scored.Decided.class::isInstance)
                  .map(row -> ((Scored.Decided) row).id().toString())
                  .toList()));
    }
  }

  /// From now on keeps what is heard of `model`, and nothing else.
  public void of(String model) {
    heard.clear();
    this.model = model;
  }

  /// What was heard since it was asked last.
  public List<Heard> take() {
    List<Heard> taken = List.copyOf(heard);
    heard.clear();
    return taken;
  }
}
