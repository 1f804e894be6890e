package io.slipway.journey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What [Strace] saw (with `-y`): which files were looked at, opened or changed, which addresses
/// were sought and which programs started, by the server and by the processes that try bundles.
final class SystemCalls {
  /// Who has made a call.
  enum Who {
    SERVER,
    /// A process that tries a bundle, until it reads that.
    PROBE_AT_ITS_START,
    /// From then on.
    PROBE
  }

  private static final Pattern LINE = Pattern.compile("(\\d+) +(.*)");
  private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. \\w+ resumed>(.*)");
  private static final String UNFINISHED = "<unfinished ...>";
  private static final Pattern CHILD =
      Pattern.compile("(?:clone|clone3|fork|vfork)\\(.*= (\\d+)(?:<.*>)?");
  private static final Pattern PROGRAM = Pattern.compile("execve\\(\"([^\"]*)\", \\[(.*?)\\].*");
  private static final Pattern ADDRESS =
      Pattern.compile("(?:connect|bind|sendto)\\(.*?, (\\{sa_family=.*?\\})");
  private static final Pattern NAME =
      Pattern.compile("(?:(?:AT_FDCWD|\\d+)<([^>]*)>, )?\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Set<String> ON_FILES =
      Set.of(
          "open",
          "openat",
          "openat2",
          "creat",
          "unlink",
          "unlinkat",
          "rename",
          "renameat",
          "renameat2",
          "mkdir",
          "mkdirat",
          "rmdir",
          "link",
          "linkat",
          "symlink",
          "symlinkat",
          "chmod",
          "fchmodat",
          "chown",
          "fchownat",
          "truncate",
          "mknod",
          "mknodat",
          "mount");
  private static final Set<String> LOOKS =
      Set.of(
          "stat",
          "lstat",
          "newfstatat",
          "statx",
          "access",
          "faccessat",
          "faccessat2",
          "readlink",
          "readlinkat");

  private final Map<String, String> parents = new HashMap<>();
  private final Set<String> threads = new HashSet<>();
  private final Set<String> probes = new HashSet<>();
  private final Set<String> reading = new HashSet<>();

  private final Map<Who, Set<String>> files = new HashMap<>();
  private final Map<Who, Set<String>> looks = new HashMap<>();

  private final Set<String> addresses = new TreeSet<>();
  private final Set<String> programs = new TreeSet<>();

  static SystemCalls of(Path trace) throws IOException {
    SystemCalls calls = new SystemCalls();
    Map<String, String> begun = new HashMap<>();
    List<String[]> whole = new ArrayList<>();
    for (String line : Files.readAllLines(trace)) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        continue;
      }
      String thread = parts.group(1);
      String call = parts.group(2);
      if (call.endsWith(UNFINISHED)) {
        begun.put(thread, call.substring(0, call.length() - UNFINISHED.length()));
        continue;
      }
      Matcher resumed = RESUMED.matcher(call);
      if (resumed.matches()) {
        call = begun.getOrDefault(thread, "") + resumed.group(1);
      }
      whole.add(new String[] {thread, call});
    }
    // A child's first calls may be written before the call that has made it.
    whole.forEach(call -> calls.child(call[0], call[1]));
    whole.forEach(call -> calls.take(call[0], call[1]));
    return calls;
  }

  private void child(String thread, String call) {
    Matcher child = CHILD.matcher(call);
    if (child.matches()) {
      parents.put(child.group(1), thread);
      if (call.contains("CLONE_THREAD")) {
        threads.add(child.group(1));
      }
    }
  }

  /// The process of `thread`; the server's is "".
  private String process(String thread) {
    String at = thread;
    while (threads.contains(at)) {
      at = parents.get(at);
    }
    return parents.containsKey(at) ? at : "";
  }

  private Who who(String process) {
    if (!probes.contains(process)) {
      return Who.SERVER;
    }
    return reading.contains(process) ? Who.PROBE : Who.PROBE_AT_ITS_START;
  }

  private void take(String thread, String call) {
    String process = process(thread);
    Matcher program = PROGRAM.matcher(call);
    if (program.matches()) {
      programs.add(program.group(1));
      if (program.group(2).contains("\"probe\"")) {
        probes.add(process);
      }
      return;
    }
    Matcher address = ADDRESS.matcher(call);
    if (address.find()) {
      addresses.add(who(process) + " " + address.group(1));
      return;
    }
    int open = call.indexOf('(');
    if (open < 0) {
      return;
    }
    String kind = call.substring(0, open);
    boolean look = LOOKS.contains(kind);
    if (!look && !ON_FILES.contains(kind)) {
      return;
    }
    Matcher name = NAME.matcher(call);
    while (name.find()) {
      String path = absolute(name.group(1), name.group(2));
      if (path.endsWith("/bundle.json")) {
        reading.add(process);
      }
      (look ? looks : files).computeIfAbsent(who(process), _ -> new TreeSet<>()).add(path);
    }
  }

  private static String absolute(String folder, String name) {
    return Path.of(folder == null ? "/" : folder).resolve(name).normalize().toString();
  }

  /// The files that `who` has opened or changed, or tried to.
  Set<String> files(Who who) {
    return files.getOrDefault(who, Set.of());
  }

  /// The files that `who` has asked about without opening them: whether they exist, what they are.
  Set<String> looks(Who who) {
    return looks.getOrDefault(who, Set.of());
  }

  /// Whom a socket was bound or connected to, or sent something, after who it was.
  Set<String> addresses() {
    return addresses;
  }

  /// The programs that were started, or tried.
  Set<String> programs() {
    return programs;
  }

  /// How many bundles were tried.
  int probes() {
    return probes.size();
  }
}
