package io.slipway.onnx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.Finding;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.Stream;

/// A probe that locks itself in as the real one does, and then tries what a bundle that has taken
/// it over would. Reports each deed as a finding: its name, and how it went.
public final class BoldProbe {
  private static final int SIGKILL = 9;
  private static final List<Finding> DEEDS = new ArrayList<>();

  private BoldProbe() {}

  @FunctionalInterface
  private interface Deed {
    String attempt() throws Throwable;
  }

  public static void main(String... args) throws Throwable {
    Path folder = Path.of(args[0]);
    List<String> targets = Files.readAllLines(folder.resolve("targets"));
    int port = Integer.parseInt(targets.get(0));
    long victim = Long.parseLong(targets.get(1));
    Path secret = Path.of(targets.get(2));
    attempt("inherited", () -> descriptors().toString());
    attempt("niceness", BoldProbe::niceness);
    // What Java loads at the first socket is loaded before.
    SocketChannel.open().close();
    localSocket();
    Probe.confine(args).forEach(missing -> System.out.println(Probe.UNCONFINED + missing));
    attempt("connect", () -> connected(port));
    attempt("connect_locally", BoldProbe::localSocket);
    attempt("fork", () -> "started " + new ProcessBuilder("/bin/true").start().pid());
    attempt("kill", () -> killed(victim));
    attempt("read_a_file_of_others", () -> Files.readString(secret));
    attempt("read_the_parents_environment", BoldProbe::environment);
    attempt("write_beside_the_bundle", () -> wrote(folder.resolve("written")));
    attempt("write_a_file_of_others", () -> wrote(secret));
    attempt("write_where_it_works", () -> wrote(Path.of("allowed")));
    attempt("write_too_much", BoldProbe::writtenTooMuch);
    attempt("take_12_gigabytes", BoldProbe::allocated);
    attempt("a_thread_of_its_own", BoldProbe::thread);
    attempt("where_it_works", () -> files().toString());
    System.out.println(new ObjectMapper().writeValueAsString(ProbeReport.refused(DEEDS)));
    Runtime.getRuntime().halt(0);
  }

  private static void attempt(String name, Deed deed) {
    try {
      DEEDS.add(new Finding(name, "", deed.attempt()));
    } catch (Throwable e) {
      DEEDS.add(new Finding(name, "", "refused: " + e));
    }
  }

  private static String connected(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return "connected to " + socket.getPort();
    }
  }

  private static String localSocket() throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return "opened " + channel;
    }
  }

  /// The lowest and the highest of its threads, Java's own included.
  private static String niceness() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      IntSummaryStatistics all = threads.mapToInt(BoldProbe::niceness).summaryStatistics();
      return all.getMin() + " to " + all.getMax();
    }
  }

  private static int niceness(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      // The 19th field; the second, in brackets, may have blanks.
      return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String environment() throws IOException {
    long parent = ProcessHandle.current().parent().orElseThrow().pid();
    return "read " + Files.readAllBytes(Path.of("/proc/" + parent + "/environ")).length;
  }

  private static String wrote(Path file) throws IOException {
    Files.writeString(file, "hello");
    return "wrote";
  }

  private static String writtenTooMuch() throws IOException {
    byte[] megabyte = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(Path.of("large"))) {
      for (int i = 0; i < 200; i++) {
        out.write(megabyte);
      }
    }
    return "wrote 200 MB";
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  /// By the system's call: Java's own asks first whether the process is the one it was.
  private static String killed(long victim) throws Throwable {
    int result =
        (int)
            function("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT))
                .invokeExact((int) victim, SIGKILL);
    return result == 0 ? "killed" : "refused";
  }

  private static String allocated() throws Throwable {
    MemorySegment memory =
        (MemorySegment)
            function("malloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG)).invokeExact(12L << 30);
    return memory.address() == 0 ? "refused" : "got it";
  }

  /// What is open beyond the three streams and what Java has opened for itself.
  private static List<String> descriptors() throws IOException {
    List<String> open = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : all.toList()) {
        try {
          String target = Files.readSymbolicLink(descriptor).toString();
          if (!target.endsWith(".jar") && !target.startsWith(System.getProperty("java.home"))) {
            open.add(target.replaceAll(":\\[\\d+]", ""));
          }
        } catch (IOException closed) {
          continue; // the listing's own
        }
      }
    }
    return open;
  }

  private static String thread() throws InterruptedException {
    String[] said = {"nothing"};
    Thread thread = new Thread(() -> said[0] = "ran");
    thread.start();
    thread.join();
    return said[0];
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(""))) {
      return files.sorted().toList();
    }
  }
}
