package io.slipway.process.database;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A shell that stops the database server when this process has ended in a way in which it cannot
/// do so itself, such as SIGKILL.
///
/// The shell reads from a pipe whose other end this process holds: the system closes it. It is in a
/// session of its own where the system has `setsid`, so that a signal to the group of this process
/// does not reach it.
final class OrphanGuard implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(OrphanGuard.class);
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  /// Its arguments: the file with the server's process id, and the id. A server that has stopped
  /// has removed the file. SIGINT is PostgreSQL's fast shutdown.
  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      read -r ended
      read -r now < "$1" && [ "$now" = "$2" ] || exit 0
      if [ -r "/proc/$2/cmdline" ]; then
        case "$(tr '\\0' ' ' < "/proc/$2/cmdline")" in *postgres*) ;; *) exit 0 ;; esac
      fi
      kill -INT "$2"
      """;

  private final @Nullable Process shell;

  private OrphanGuard(@Nullable Process shell) {
    this.shell = shell;
  }

  /// Guards against leaving the server `process` behind, whose id is in `pidFile`.
  static OrphanGuard over(long process, Path pidFile) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    command.addAll(List.of("/bin/sh", "-c", SCRIPT, "slipway-database-guard"));
    command.add(pidFile.toString());
    command.add(Long.toString(process));
    try {
      return new OrphanGuard(
          new ProcessBuilder(command)
              .directory(Path.of("/").toFile())
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      LOG.warnf("If this process is killed, its database server stays until the next start: %s", e);
      return new OrphanGuard(null);
    }
  }

  /// Ends the guard, which stops the server unless that has stopped.
  @Override
  public void close() {
    if (shell != null) {
      try {
        shell.getOutputStream().close();
      } catch (IOException e) {
        LOG.debugf("the guard of the database server has ended by itself: %s", e);
      }
    }
  }
}
