package io.slipway.api.predict;

import io.slipway.api.predict.LineSplitter.Line;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.RequestEnd;
import io.slipway.serving.VersionId;
import io.slipway.serving.run.Call;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Some lines of a stream. Each line is answered by a line: a prediction, or `{"line","error"}`.
final class ChunkCall implements Call {
  private final List<Line> lines;
  private final VersionId version;
  private final InstantSource clock;
  private final String path;
  private final Consumer<byte[]> done;

  /// @param done takes the answers, on any thread
  ChunkCall(
      List<Line> lines,
      VersionId version,
      InstantSource clock,
      String path,
      Consumer<byte[]> done) {
    this.lines = lines;
    this.version = version;
    this.clock = clock;
    this.path = path;
    this.done = done;
  }

  @Override
  public Batch read(RequestReader reader) {
    List<Row> rows = new ArrayList<>(lines.size());
    for (Line line : lines) {
      rows.add(row(reader, line));
    }
    return new Batch(false, rows);
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

  @Override
  public RequestEnd answer(Servable servable, List<Scored> scored, Timings timings) {
    AnswerWriter writer = new AnswerWriter(clock);
    for (int i = 0; i < lines.size(); i++) {
      switch (scored.get(i)) {
        case Scored.Decided(var prediction) -> writer.one(version, prediction);
        case Scored.Refused(var why) -> refused(writer, lines.get(i), why);
        case Scored.Broken(var why) -> refused(writer, lines.get(i), why);
      }
      writer.endLine();
    }
    done.accept(writer.toBytes());
    return RequestEnd.OK;
  }

  private void refused(AnswerWriter writer, Line line, RuntimeException why) {
    writer.line(line.number(), Refusals.problem(why).at(path));
  }

  @Override
  public void refuse(RuntimeException why) {
    AnswerWriter writer = new AnswerWriter(clock);
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
}
