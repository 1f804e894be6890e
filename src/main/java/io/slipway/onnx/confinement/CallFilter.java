package io.slipway.onnx.confinement;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Forbids system calls to all threads of this process (seccomp), by a BPF program
/// (`linux/bpf_common.h`) that checks the number and arguments of each call. A forbidden call
/// returns an error; the process is not killed.
final class CallFilter {
  private static final short LOAD = 0x20;
  private static final short IF_EQUAL = 0x15;
  private static final short IF_AT_LEAST = 0x35;
  private static final short IF_BITS = 0x45;
  private static final short RETURN = 0x06;

  private static final int PERMIT = 0x7FFF0000;
  private static final int REFUSE = 0x00050000 | 1;

  /// ENOSYS: C libraries try `clone3` first, and fall back to `clone` where it is missing.
  private static final int PRETEND_IT_IS_MISSING = 0x00050000 | 38;

  /// The offsets of the number, the architecture and the first argument's lower half.
  private static final int NUMBER = 0;

  private static final int ARCHITECTURE = 4;
  private static final int FIRST_ARGUMENT = 16;

  /// The bit that marks 32-bit calls on x86-64 (x32), which are unused.
  private static final int X32 = 0x40000000;

  private static final int SAME_PROCESS = 0x00010000;

  private static final int INSTALL_FILTER = 1;
  private static final int TO_ALL_THREADS = 1;
  private static final int INSTRUCTION_BYTES = 8;

  /// @param ifTrue the number of instructions to skip where the comparison holds
  private record Instruction(short code, int ifTrue, int ifFalse, int operand) {}

  private final Architecture architecture;
  private final List<Instruction> program = new ArrayList<>();

  private CallFilter(Architecture architecture) {
    this.architecture = architecture;
  }

  /// @return why it failed; null on success
  static @Nullable String install(Linux linux) {
    CallFilter filter = new CallFilter(linux.architecture());
    filter.write((int) ProcessHandle.current().pid());
    long result = filter.load(linux);
    // A positive result is the id of a thread that could not be included.
    return result > 0 ? "a thread has a filter of its own" : Linux.failure(result);
  }

  private void write(int self) {
    add(LOAD, 0, 0, ARCHITECTURE);
    add(IF_EQUAL, 1, 0, architecture.audit);
    add(RETURN, 0, 0, REFUSE);
    add(LOAD, 0, 0, NUMBER);
    add(IF_AT_LEAST, 0, 1, X32);
    add(RETURN, 0, 0, REFUSE);
    for (SystemCall call : SystemCall.values()) {
      int number = call.of(architecture);
      if (number >= 0) {
        write(call, number, self);
      }
    }
    add(RETURN, 0, 0, PERMIT);
  }

  private void write(SystemCall call, int number, int self) {
    switch (call) {
      case PRCTL,
          OPENAT,
          CLOSE,
          SECCOMP,
          LANDLOCK_CREATE_RULESET,
          LANDLOCK_ADD_RULE,
          LANDLOCK_RESTRICT_SELF -> {}
      case CLONE3 -> answer(number, PRETEND_IT_IS_MISSING);
      // Also creates threads.
      case CLONE -> onlyWhere(number, IF_BITS, SAME_PROCESS);
      // The JVM signals its own threads.
      case KILL, TGKILL -> onlyWhere(number, IF_EQUAL, self);
      // 0 means the calling process; C libraries read their own limits with it.
      case PRLIMIT -> onlyWhere(number, IF_EQUAL, 0);
      case SOCKET,
          SOCKETPAIR,
          IO_URING_SETUP,
          FORK,
          VFORK,
          EXECVE,
          EXECVEAT,
          TKILL,
          RT_SIGQUEUEINFO,
          RT_TGSIGQUEUEINFO,
          PIDFD_OPEN,
          PIDFD_SEND_SIGNAL,
          PIDFD_GETFD,
          PTRACE,
          PROCESS_VM_READV,
          PROCESS_VM_WRITEV,
          SETPRIORITY,
          UNSHARE,
          SETNS,
          MOUNT,
          UMOUNT2,
          PIVOT_ROOT,
          CHROOT,
          MOVE_MOUNT,
          OPEN_TREE,
          FSOPEN,
          OPEN_BY_HANDLE_AT,
          BPF,
          PERF_EVENT_OPEN,
          USERFAULTFD,
          KEYCTL,
          ADD_KEY,
          REQUEST_KEY,
          INIT_MODULE,
          FINIT_MODULE,
          DELETE_MODULE,
          KEXEC_LOAD,
          REBOOT,
          SWAPON ->
          answer(number, REFUSE);
    }
  }

  private void answer(int number, int answer) {
    add(IF_EQUAL, 0, 1, number);
    add(RETURN, 0, 0, answer);
  }

  /// Allows the call only where its first argument satisfies the comparison.
  private void onlyWhere(int number, short comparison, int operand) {
    add(IF_EQUAL, 0, 4, number);
    add(LOAD, 0, 0, FIRST_ARGUMENT);
    add(comparison, 0, 1, operand);
    add(RETURN, 0, 0, PERMIT);
    add(RETURN, 0, 0, REFUSE);
  }

  private void add(short code, int ifTrue, int ifFalse, int operand) {
    program.add(new Instruction(code, ifTrue, ifFalse, operand));
  }

  private long load(Linux linux) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocate((long) program.size() * INSTRUCTION_BYTES, 8);
      long at = 0;
      for (Instruction instruction : program) {
        code.set(JAVA_SHORT, at, instruction.code());
        code.set(JAVA_BYTE, at + 2, (byte) instruction.ifTrue());
        code.set(JAVA_BYTE, at + 3, (byte) instruction.ifFalse());
        code.set(JAVA_INT, at + 4, instruction.operand());
        at += INSTRUCTION_BYTES;
      }
      MemorySegment described = arena.allocate(16, 8);
      described.set(JAVA_SHORT, 0, (short) program.size());
      described.set(ADDRESS, 8, code);
      return linux.call(
          SystemCall.SECCOMP, INSTALL_FILTER, TO_ALL_THREADS, described.address(), 0, 0);
    }
  }
}
