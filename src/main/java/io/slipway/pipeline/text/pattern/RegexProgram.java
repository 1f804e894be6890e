package io.slipway.pipeline.text.pattern;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// A regular expression compiled to instructions of a nondeterministic automaton, with Python's
/// order of preference. A repetition whose body matched nothing ends there, as in Python. So the
/// instructions that consume nothing form no cycle, and one pass in the order of `sweep` computes
/// for all of them whether a match can still be reached.
///
/// @param ops the instructions
/// @param sweep all instructions, each after those that it reaches without consuming a character
/// @param start the entry of a match
/// @param nonEmptyStart the entry of a match of at least one character
/// @param groups the number of capturing groups
record RegexProgram(Op[] ops, int[] sweep, int start, int nonEmptyStart, int groups) {
  /// The most instructions; the time per character is proportional to them.
  static final int MAX_OPS = 1_000;

  private static final int FAIL = 0;
  private static final int MATCH = 1;

  sealed interface Op {
    /// A dead end.
    record Fail() implements Op {}

    record Match() implements Op {}

    record Take(CodePoints of, int next) implements Op {}

    /// A branch that prefers `first`.
    record Split(int first, int second) implements Op {}

    /// Stores the position.
    record Save(int slot, int next) implements Op {}

    record Check(Regex.Anchor anchor, int next) implements Op {}
  }

  /// @throws BadPattern where the program would be too large
  static RegexProgram of(RegexParser.Parsed parsed) {
    Emitter emitter = new Emitter();
    emitter.add(new Op.Fail());
    emitter.add(new Op.Match());
    Regex regex = parsed.regex();
    int start = emitter.emit(regex, MATCH, MATCH);
    int nonEmptyStart = regex.nullable() ? emitter.emit(regex, FAIL, MATCH) : start;
    Op[] ops = emitter.ops.toArray(Op[]::new);
    return new RegexProgram(ops, sweep(ops), start, nonEmptyStart, parsed.groups());
  }

  private static int[] sweep(Op[] ops) {
    List<Integer> order = new ArrayList<>();
    BitSet seen = new BitSet();
    for (int i = 0; i < ops.length; i++) {
      visit(i, ops, seen, order);
    }
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void visit(int i, Op[] ops, BitSet seen, List<Integer> order) {
    if (!seen.get(i)) {
      seen.set(i);
      switch (ops[i]) {
        case Op.Split(int first, int second) -> {
          visit(first, ops, seen, order);
          visit(second, ops, seen, order);
        }
        case Op.Save(int slot, int next) -> visit(next, ops, seen, order);
        case Op.Check(Regex.Anchor anchor, int next) -> visit(next, ops, seen, order);
        case Op.Fail f -> {}
        case Op.Match m -> {}
        case Op.Take t -> {}
      }
      order.add(i);
    }
  }

  /// Emits instructions back to front: each expression gets its continuation and returns its entry.
  /// There are two continuations: `idle` where nothing was consumed since the innermost
  /// repetition's iteration began, and `moved` where something was.
  private static final class Emitter {
    private final List<Op> ops = new ArrayList<>();
    private int emitted;

    private int add(Op op) {
      if (ops.size() == MAX_OPS) {
        throw new BadPattern("the pattern needs more than " + MAX_OPS + " instructions");
      }
      ops.add(op);
      return ops.size() - 1;
    }

    private int emit(Regex regex, int idleOn, int moved) {
      if (++emitted > 20 * MAX_OPS) {
        throw new BadPattern("the pattern repeats too much");
      }
      // After consuming a character, the state is never idle.
      int idle = regex.nullable() ? idleOn : moved;
      return switch (regex) {
        case Regex.One(CodePoints of) -> add(new Op.Take(of, moved));
        case Regex.At(Regex.Anchor anchor) -> add(new Op.Check(anchor, idle));
        case Regex.Group(int index, Regex body) -> {
          int endMoved = add(new Op.Save(2 * index + 1, moved));
          int endIdle = idle == moved ? endMoved : add(new Op.Save(2 * index + 1, idle));
          yield add(new Op.Save(2 * index, emit(body, endIdle, endMoved)));
        }
        case Regex.Sequence(List<Regex> parts) -> sequence(parts, idle, moved);
        case Regex.Choice(List<Regex> options) -> {
          int entry = emit(options.getLast(), idle, moved);
          for (Regex option : options.reversed().subList(1, options.size())) {
            entry = add(new Op.Split(emit(option, idle, moved), entry));
          }
          yield entry;
        }
        case Regex.Repeat repeat -> repeat(repeat, idle, moved);
      };
    }

    private int sequence(List<Regex> parts, int idleOn, int movedOn) {
      int idle = idleOn;
      int moved = movedOn;
      for (int i = parts.size() - 1; i >= 0; i--) {
        int next = moved;
        // Nothing is consumed before the first part.
        moved = i == 0 ? moved : emit(parts.get(i), next, next);
        idle = i > 0 && idle == next ? moved : emit(parts.get(i), idle, next);
      }
      return idle;
    }

    private int repeat(Regex.Repeat repeat, int exitIdle, int exitMoved) {
      int idle = exitIdle;
      int moved = exitMoved;
      if (repeat.max() < 0) {
        moved = add(new Op.Fail());
        ops.set(moved, option(repeat, exitMoved, moved));
        idle = exitIdle == exitMoved ? moved : add(option(repeat, exitIdle, moved));
      }
      for (int i = repeat.min(); i < repeat.max(); i++) {
        int next = moved;
        moved = add(option(repeat, exitMoved, next));
        idle = exitIdle == exitMoved ? moved : add(option(repeat, exitIdle, next));
      }
      for (int i = 0; i < repeat.min(); i++) {
        int next = moved;
        boolean same = idle == next;
        moved = emit(repeat.body(), next, next);
        idle = same ? moved : emit(repeat.body(), idle, next);
      }
      return idle;
    }

    /// One more iteration or none; an iteration that matches nothing is the last.
    private Op option(Regex.Repeat repeat, int exit, int next) {
      int body = emit(repeat.body(), exit, next);
      return repeat.lazy() ? new Op.Split(exit, body) : new Op.Split(body, exit);
    }
  }
}
