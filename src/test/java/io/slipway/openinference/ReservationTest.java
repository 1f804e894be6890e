package io.slipway.openinference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.slipway.door.BodyBudget;
import io.slipway.serving.Unserved;
import org.junit.jupiter.api.Test;

class ReservationTest {
  private final BodyBudget budget = new BodyBudget(100);

  private Reservation reserved(long bytes) {
    budget.take(bytes);
    return new Reservation(budget, bytes);
  }

  @Test
  void everythingIsGivenBackOnce() {
    Reservation reservation = reserved(10);
    reservation.take(20);
    reservation.release();
    reservation.release();
    assertEquals(0, budget.taken());
  }

  @Test
  void readingAgainTakesNoMoreThanReadingOnce() {
    Reservation reservation = reserved(10);
    for (int i = 0; i < 5; i++) {
      reservation.rewind();
      reservation.take(60);
    }
    assertEquals(70, budget.taken());
  }

  @Test
  void whatIsReadAfterTheRefusalIsNotTakenForEver() {
    Reservation reservation = reserved(10);
    reservation.release();
    reservation.take(60);
    reservation.rewind();
    assertEquals(0, budget.taken());
  }

  @Test
  void thereIsNoRoomForMoreThanTheBudget() {
    Reservation reservation = reserved(10);
    assertThrows(Unserved.Overloaded.class, () -> reservation.take(91));
    assertEquals(10, budget.taken());
  }
}
