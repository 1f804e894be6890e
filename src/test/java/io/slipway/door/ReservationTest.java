package io.slipway.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.serving.Unserved;
import org.junit.jupiter.api.Test;

class ReservationTest {
  private final BodyBudget budget = new BodyBudget(100);

  private Body<String> body(long bytes) {
    assertThat(budget.take(bytes)).isTrue();
    return new Body<>("body", budget, bytes);
  }

  private static Reservation reading(Body<?> body) {
    assertThat(body.enter()).isTrue();
    return new Reservation(body);
  }

  @Test
  void everythingIsGivenBackOnce() {
    Body<String> body = body(10);
    Reservation reading = reading(body);
    reading.take(20);
    body.leave();
    reading.close();
    reading.close();
    assertThat(budget.taken()).isZero();
  }

  @Test
  void readingAgainTakesNoMoreThanReadingOnce() {
    Body<String> body = body(10);
    for (int i = 0; i < 5; i++) {
      try (Reservation reading = reading(body)) {
        reading.take(60);
        assertThat(budget.taken()).isEqualTo(70);
      }
    }
    assertThat(budget.taken()).isEqualTo(10);
  }

  @Test
  void aBodyStaysAsLongAsAnybodyReadsIt() {
    Body<String> body = body(10);
    Reservation one = reading(body);
    Reservation two = reading(body);

    body.leave();
    one.close();
    assertThat(body.content()).isEqualTo("body");
    assertThat(budget.taken()).isEqualTo(10);

    two.close();
    assertThat(budget.taken()).isZero();
    assertThat(body.enter()).as("nobody begins to read what is gone").isFalse();
    assertThatThrownBy(body::content).isInstanceOf(NullPointerException.class);
  }

  @Test
  void thereIsNoRoomForMoreThanTheBudget() {
    Reservation reading = reading(body(10));
    assertThatThrownBy(() -> reading.take(91)).isInstanceOf(Unserved.Overloaded.class);
    assertThat(budget.taken()).isEqualTo(10);
  }
}
