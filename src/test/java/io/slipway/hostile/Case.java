package io.slipway.hostile;

import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One thing that somebody sends, and what may come of it.
///
/// @param name unique, as `category/what it is`
/// @param statuses that may be answered; [#CLOSED] where the connection may be ended instead
/// @param code that the answer must name: of the problem, or of one of its faults; null: any
/// @param slow whether it takes a process of its own, or a wait
public record Case(
    String name, Attack attack, Set<Integer> statuses, @Nullable String code, boolean slow) {
  /// The connection is ended without an answer.
  public static final int CLOSED = 0;

  /// What any refusal of a caller may be.
  static final Set<Integer> REFUSED = Set.of(400, 404, 405, 406, 411, 412, 413, 415, 422, 429);

  /// How it is sent.
  public sealed interface Attack {
    /// One request of HTTP/1.1.
    ///
    /// @param headers `Name: value`
    record Call(String method, String path, Set<String> headers, Supplier<byte[]> body)
        implements Attack {}

    /// Bytes on a connection, in pieces.
    ///
    /// @param pauseMillis between two pieces
    record Stream(Supplier<Iterable<byte[]>> pieces, int pauseMillis) implements Attack {}

    /// One call of gRPC.
    ///
    /// @param body with its frames
    record Grpc(String method, Set<String> headers, Supplier<byte[]> body) implements Attack {}

    /// A model that is registered, which may be refused, and then called.
    record Model(String mediaType, Supplier<byte[]> upload, String input) implements Attack {}
  }

  static Case call(String name, String method, String path, String type, Supplier<byte[]> body) {
    return new Case(
        name,
        new Attack.Call(method, path, Set.of("Content-Type: " + type), body),
        REFUSED,
        null,
        false);
  }

  Case may(Integer... statuses) {
    return new Case(name, attack, Set.of(statuses), code, slow);
  }

  Case says(String code) {
    return new Case(name, attack, statuses, code, slow);
  }

  Case slowly() {
    return new Case(name, attack, statuses, code, true);
  }

  /// What stands before the slash.
  public String category() {
    return name.substring(0, name.indexOf('/'));
  }

  @Override
  public String toString() {
    return name;
  }
}
