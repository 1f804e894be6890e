package io.slipway.openinference;

import io.slipway.door.BodyBudget;
import io.slipway.door.Reservation;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Unserved;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.function.Consumer;

/// Splits the bytes of a gRPC call into messages: a flag, a length in four bytes, the content.
/// Memory is allocated as a message arrives; none for one over the limit.
final class GrpcFrames {
  static final int PREFIX = 5;

  private static final int FIRST_BYTES = 64 << 10;

  /// A message as received.
  ///
  /// @param room its reservation in the memory budget
  record Frame(boolean compressed, byte[] bytes, Reservation room) {}

  private final int most;
  private final BodyBudget budget;
  private final Consumer<Frame> frames;
  private final byte[] prefix = new byte[PREFIX];
  private int prefixRead;
  private byte[] message = new byte[0];
  private int messageRead;
  private int length;
  private Reservation room;

  /// @param most the most bytes of one message
  GrpcFrames(int most, BodyBudget budget, Consumer<Frame> frames) {
    this.most = most;
    this.budget = budget;
    this.frames = frames;
    this.room = new Reservation(budget);
  }

  /// @throws RefusedInput.Malformed where the bytes are not frames
  /// @throws RefusedInput.TooLarge where a message is over the limit
  /// @throws Unserved.Overloaded where the memory budget is exhausted
  void feed(Buffer chunk) {
    int at = 0;
    while (at < chunk.length() || prefixRead == PREFIX && messageRead == length) {
      if (prefixRead < PREFIX) {
        prefix[prefixRead++] = chunk.getByte(at++);
        if (prefixRead == PREFIX) {
          begin();
        }
        continue;
      }
      int part = Math.min(length - messageRead, chunk.length() - at);
      if (messageRead + part > message.length) {
        int wanted = Math.max(messageRead + part, (int) Math.min(length, 2L * message.length));
        message = Arrays.copyOf(message, wanted);
      }
      chunk.getBytes(at, at + part, message, messageRead);
      at += part;
      messageRead += part;
      if (messageRead == length) {
        Frame frame = new Frame(prefix[0] == 1, message, room);
        reset();
        frames.accept(frame);
      }
    }
  }

  private void begin() {
    if (prefix[0] != 0 && prefix[0] != 1) {
      throw new RefusedInput.Malformed("a message has an unknown flag");
    }
    long declared =
        (prefix[1] & 0xffL) << 24
            | (prefix[2] & 0xff) << 16
            | (prefix[3] & 0xff) << 8
            | prefix[4] & 0xff;
    if (declared > most) {
      throw new RefusedInput.TooLarge("a message has " + declared + " bytes; at most " + most);
    }
    room.take(declared);
    length = (int) declared;
    message = new byte[Math.min(length, FIRST_BYTES)];
  }

  private void reset() {
    room = new Reservation(budget);
    prefixRead = 0;
    message = new byte[0];
    messageRead = 0;
    length = 0;
  }

  /// Releases the reservation of an unfinished message.
  void abandon() {
    room.close();
    reset();
  }

  /// Whether the last message is incomplete.
  boolean unfinished() {
    return prefixRead > 0;
  }
}
