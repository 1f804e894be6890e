package io.slipway.api.predict;

import io.slipway.api.predict.LineSplitter.Line;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.Unserved;
import io.slipway.serving.run.Call;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Protocol;
import io.slipway.serving.run.Reading;
import io.slipway.serving.run.Reply;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Several lines of a stream. Each is answered with one line: a prediction, or `{"line","error"}`.
final class ChunkCall implements Call {
  private final List<Line> lines;
  private final String path;
  private final Consumer<byte[]> done;

  /// @param path of the request
  /// @param done receives the answers, on any thread
  ChunkCall(List<Line> lines, String path, Consumer<byte[]> done) {
    this.lines = lines;
    this.path = path;
    this.done = done;
  }

  @Override
  public Protocol protocol() {
    return Protocol.NATIVE;
  }

  @Override
  public Reading read(Servable servable) {
    List<Row> rows = new ArrayList<>(lines.size());
    for (Line line : lines) {
      rows.add(row(servable.pipeline().reader(), line));
    }
    return new ChunkReading(new Batch(false, rows));
  }

  private static Row row(RequestReader reader, Line line) {
    if (line.bytes() == null) {
      return new Row.Refused(new RefusedInput.TooLarge("the line is too long"));
    }
    try {
      Batch batch = reader.readJson(line.bytes(), 1);
      return batch.single()
          ? batch.rows().getFirst()
          : new Row.Refused(new RefusedInput.Malformed("a line is one object, not a batch"));
    } catch (RefusedInput refused) {
      return new Row.Refused(refused);
    }
  }

  @Override
  public boolean partial() {
    return true;
  }

  private void refused(AnswerWriter writer, Line line, RuntimeException why) {
    writer.line(line.number(), Refusals.problem(why).at(path));
  }

  @Override
  public void refuse(@Nullable Servable servable, RuntimeException why) {
    AnswerWriter writer = new AnswerWriter();
    for (Line line : lines) {
      refused(writer, line, why);
      writer.endLine();
    }
    done.accept(writer.toBytes());
  }

  @Override
  public boolean abandoned() {
    return false;
  }

  /// The lines as read for one version.
  private final class ChunkReading implements Reading {
    private final Batch batch;

    ChunkReading(Batch batch) {
      this.batch = batch;
    }

    @Override
    public Batch batch() {
      return batch;
    }

    @Override
    public Reply answer(Lease lease, List<Scored> scored, Timings timings) {
      AnswerWriter writer = new AnswerWriter();
      for (int i = 0; i < lines.size(); i++) {
        switch (scored.get(i)) {
          case Scored.Decided decided -> writer.one(lease.servable().id(), decided);
          case Scored.Refused(RefusedInput why) -> refused(writer, lines.get(i), why);
          case Scored.Broken(Unserved.ModelFailed why) -> refused(writer, lines.get(i), why);
        }
        writer.endLine();
      }
      byte[] answers = writer.toBytes();
      return () -> done.accept(answers);
    }

    @Override
    public void close() {
      // Lines are owned by the stream and have no reservation.
    }
  }
}
