package io.slipway.onnx.confinement;

/// System call numbers (`asm/unistd.h`); -1 where an architecture lacks the call.
enum SystemCall {
  // Used for confinement itself.
  PRCTL(157, 167),
  PRLIMIT(302, 261),
  OPENAT(257, 56),
  CLOSE(3, 57),
  SECCOMP(317, 277),
  LANDLOCK_CREATE_RULESET(444, 444),
  LANDLOCK_ADD_RULE(445, 445),
  LANDLOCK_RESTRICT_SELF(446, 446),

  // Network. Without a socket nothing else can be done with one; io_uring creates sockets itself.
  SOCKET(41, 198),
  SOCKETPAIR(53, 199),
  IO_URING_SETUP(425, 425),

  // Other processes: creating, becoming, inspecting, signalling.
  FORK(57, -1),
  VFORK(58, -1),
  CLONE(56, 220),
  CLONE3(435, 435),
  EXECVE(59, 221),
  EXECVEAT(322, 281),
  KILL(62, 129),
  TKILL(200, 130),
  TGKILL(234, 131),
  RT_SIGQUEUEINFO(129, 138),
  RT_TGSIGQUEUEINFO(297, 240),
  PIDFD_OPEN(434, 434),
  PIDFD_SEND_SIGNAL(424, 424),
  PIDFD_GETFD(438, 438),
  PTRACE(101, 117),
  PROCESS_VM_READV(310, 270),
  PROCESS_VM_WRITEV(311, 271),
  SETPRIORITY(141, 140),

  // The system: namespaces, mounts, modules, keys, and rarely hardened interfaces.
  UNSHARE(272, 97),
  SETNS(308, 268),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  PIVOT_ROOT(155, 41),
  CHROOT(161, 51),
  MOVE_MOUNT(429, 429),
  OPEN_TREE(428, 428),
  FSOPEN(430, 430),
  OPEN_BY_HANDLE_AT(304, 265),
  BPF(321, 280),
  PERF_EVENT_OPEN(298, 241),
  USERFAULTFD(323, 282),
  KEYCTL(250, 219),
  ADD_KEY(248, 217),
  REQUEST_KEY(249, 218),
  INIT_MODULE(175, 105),
  FINIT_MODULE(313, 273),
  DELETE_MODULE(176, 106),
  KEXEC_LOAD(246, 104),
  REBOOT(169, 142),
  SWAPON(167, 224);

  private final int x86;
  private final int arm;

  SystemCall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  int of(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> x86;
      case AARCH64 -> arm;
    };
  }
}
