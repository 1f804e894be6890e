package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.bundle.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashJournalTest {
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-01-02T12:00:00Z"));
  private static final Digest GUILTY = Digest.of(new byte[] {1});
  private static final Digest OTHER = Digest.of(new byte[] {2});

  @TempDir Path data;

  private CrashJournal journal() {
    return new CrashJournal(data, NOON);
  }

  /// A process that dies while a thread `slipway-predict-0` runs [#GUILTY], another [#OTHER], and
  /// has run before what it has left.
  private void death() throws InterruptedException {
    CrashJournal journal = journal();
    Thread guilty =
        Thread.ofPlatform()
            .name("slipway-predict-0")
            .start(() -> journal.slot().enter(GUILTY.bytes()));
    guilty.join();
    Thread.ofPlatform()
        .name("slipway-predict-1")
        .start(
            () -> {
              CrashJournal.Slot slot = journal.slot();
              slot.enter(Digest.of(new byte[] {3}).bytes());
              slot.leave();
              slot.enter(OTHER.bytes());
            })
        .join();
  }

  private void log(String thread) throws IOException {
    Files.writeString(
        data.resolve("crash-" + ProcessHandle.current().pid() + ".log"),
        """
        #
        # A fatal error has been detected by the Java Runtime Environment:
        #
        #  SIGSEGV (0xb) at pc=0x00007f, pid=1, tid=2

        ---------------  T H R E A D  ---------------

        Current thread (0x00007f5c3c0c1d10):  JavaThread "%s" daemon [_thread_in_native, id=9]
        """
            .formatted(thread));
  }

  @Test
  void whatTheCrashedThreadRanIsPutIntoQuarantineUntilItsFileIsRemoved() throws Exception {
    death();
    log("slipway-predict-0");
    for (int start = 0; start < 2; start++) {
      try (CrashJournal next = journal()) {
        assertThat(next.quarantined(GUILTY)).contains("crashed", "2026-01-02T12:00:00Z", "remove");
        assertThat(next.quarantined(OTHER)).isNull();
      }
    }
    Files.delete(data.resolve("quarantine").resolve(GUILTY.hex()));
    try (CrashJournal next = journal()) {
      assertThat(next.quarantined(GUILTY)).isNull();
    }
  }

  @Test
  void whatHasARunThatDoesNotEndIsInQuarantineAtOnceAndAtTheNextStart() throws Exception {
    try (CrashJournal journal = journal()) {
      assertThat(journal.quarantine(GUILTY, "a run did not end"))
          .isEqualTo(journal.quarantined(GUILTY))
          .contains(": a run did not end", "2026-01-02T12:00:00Z", "remove");
    }
    try (CrashJournal next = journal()) {
      assertThat(next.quarantined(GUILTY)).contains("did not end");
      assertThat(next.quarantined(OTHER)).isNull();
    }
    Files.delete(data.resolve("quarantine").resolve(GUILTY.hex()));
    try (CrashJournal next = journal()) {
      assertThat(next.quarantined(GUILTY)).isNull();
    }
  }

  @Test
  void aQuarantineThatCannotBeWrittenHoldsUntilTheProcessEnds() throws Exception {
    try (CrashJournal journal = journal()) {
      Files.writeString(data.resolve("quarantine"), "in the way");
      journal.quarantine(GUILTY, "a run did not end");
      assertThat(journal.quarantined(GUILTY)).contains("did not end");
    }
  }

  @Test
  void whatTheThreadOfAnOpeningWaitedForIsGuilty() throws Exception {
    death();
    log("slipway-predict-0-onnx");
    try (CrashJournal next = journal()) {
      assertThat(next.quarantined(GUILTY)).isNotNull();
      assertThat(next.quarantined(OTHER)).isNull();
    }
  }

  @Test
  void whereTheThreadIsNoneOfOursEverythingThatWasRunIsSuspected() throws Exception {
    death();
    log("somebody");
    try (CrashJournal next = journal()) {
      assertThat(next.quarantined(GUILTY)).isNotNull();
      assertThat(next.quarantined(OTHER)).isNotNull();
      assertThat(next.quarantined(Digest.of(new byte[] {3}))).isNull();
    }
  }

  @Test
  void whatWasLeftBeforeTheCrashIsNotSuspected() throws Exception {
    CrashJournal journal = journal();
    CrashJournal.Slot slot = journal.slot();
    slot.enter(GUILTY.bytes());
    slot.leave();
    slot = journal.slot();
    slot.enter(OTHER.bytes());
    log("somebody");
    try (CrashJournal next = journal()) {
      assertThat(next.quarantined(GUILTY)).isNull();
      assertThat(next.quarantined(OTHER)).isNotNull();
    }
  }

  @Test
  void aKillAccusesNobody() throws Exception {
    death();
    try (CrashJournal next = journal()) {
      assertThat(next.quarantined(GUILTY)).isNull();
    }
  }

  @Test
  void aProcessThatEndedInOrderAccusesNobody() throws Exception {
    try (CrashJournal journal = journal()) {
      journal.slot().enter(GUILTY.bytes());
    }
    log("slipway-predict-0");
    try (CrashJournal next = journal()) {
      assertThat(next.quarantined(GUILTY)).isNull();
    }
  }

  @Test
  void aJournalThatIsBrokenAccusesNobodyAndIsWrittenAnew() throws Exception {
    Path folder = Files.createDirectories(data.resolve("crash"));
    Files.write(folder.resolve("process"), List.of("none", ""));
    Files.write(folder.resolve("running"), new byte[] {1, 2, 3});
    try (CrashJournal next = journal()) {
      assertThat(next.quarantined(GUILTY)).isNull();
    }
  }

  @Test
  void moreThreadsThanPlacesAreNotWatchedAndDoNoHarm() {
    try (CrashJournal journal = journal()) {
      for (int i = 0; i < 1_000; i++) {
        CrashJournal.Slot slot = journal.slot();
        slot.enter(OTHER.bytes());
        slot.leave();
      }
      for (int i = 0; i < 1_000; i++) {
        try (CrashJournal.Slot slot = journal.slot()) {
          slot.enter(OTHER.bytes());
        }
      }
    }
  }
}
