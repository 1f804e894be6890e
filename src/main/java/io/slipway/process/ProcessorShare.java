package io.slipway.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jboss.logging.Logger;

/// Raises the CPU weight of the embedded database's processes, which need little CPU but at once.
///
/// Outside of control groups, Linux shares the CPUs between sessions (`autogroup`), and each
/// PostgreSQL process is a session of its own. On a busy machine such a session was measured to
/// wait up to two seconds for a millisecond of CPU, which delays a rollback (`docs/rollback.md`). A
/// higher weight prevents that. It requires the right to raise priorities; without it nothing
/// changes.
public final class ProcessorShare implements Runnable {
  private static final Logger LOG = Logger.getLogger(ProcessorShare.class);
  private static final Path PROCESSES = Path.of("/proc");
  private static final Path ENABLED = Path.of("/proc/sys/kernel/sched_autogroup_enabled");
  private static final String NICE = "-19";
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final String server;
  private Set<String> raised = new HashSet<>();

  private ProcessorShare(long server) {
    this.server = Long.toString(server);
  }

  /// Watches the processes of `server` until it has ended; does nothing where the system has no
  /// such sharing.
  public static void watch(long server) {
    if (isEnabled()) {
      Thread.ofPlatform().daemon().name("slipway-database-share").start(new ProcessorShare(server));
    }
  }

  private static boolean isEnabled() {
    try {
      return Files.isReadable(ENABLED) && Files.readString(ENABLED).strip().equals("1");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void run() {
    Path children = PROCESSES.resolve(server).resolve("task").resolve(server).resolve("children");
    try {
      while (Files.isReadable(children)) {
        Set<String> there = Set.of(Files.readString(children).strip().split(" "));
        for (String child : there) {
          if (!child.isEmpty() && !raised.contains(child)) {
            raise(child);
          }
        }
        raised = new HashSet<>(there);
        Thread.sleep(EVERY);
      }
    } catch (IOException e) {
      LOG.debugf("the database's CPU weight is left unchanged: %s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// @throws IOException where it is not permitted; not where the process has just ended
  private static void raise(String process) throws IOException {
    Path share = PROCESSES.resolve(process).resolve("autogroup");
    try {
      Files.writeString(share, NICE);
    } catch (IOException e) {
      if (Files.exists(share)) {
        throw e;
      }
    }
  }
}
