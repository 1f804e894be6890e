package io.slipway.pipeline.text;

import io.slipway.bundle.Step;
import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Transform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles the step `wordpiece`: a text becomes token ids, their attention mask and, where a third
/// column is named, their type ids. Rows are padded when they are combined to a batch.
final class WordPieceStep {
  /// The largest `tokenizer.json`, in bytes.
  private static final long MAX_BYTES = 64L << 20;

  private WordPieceStep() {}

  static @Nullable Transform compile(Step.Wordpiece step, CompileScope scope) {
    int[] from = StepColumns.read(step, scope, StepColumns.TEXT);
    boolean fits = from != null;
    if (from != null && from.length != 1) {
      fits = false;
      scope.finding("wrong_column_count", "the step reads one column, not " + step.in());
    }
    List<String> out = step.out();
    fits &= StepColumns.areDistinct(out, out.size() == 3 ? 3 : 2, scope);
    boolean fixed = step.padding().equals("max_length");
    if (!fixed && !step.padding().equals("longest")) {
      fits = false;
      scope.finding(
          "bad_parameter", "padding: \"" + step.padding() + "\" is not longest or max_length");
    }
    WordPieces pieces = open(step, scope);
    if (from == null || pieces == null || !fits) {
      scope.writeBroken(out);
      return null;
    }
    int maxLength = step.maxLength();
    int text = from[0];
    int ids = scope.write(out.get(0), ids(maxLength, fixed, pieces.padding())).slot();
    int mask = scope.write(out.get(1), ids(maxLength, fixed, 0)).slot();
    int types =
        out.size() == 3
            ? scope.write(out.get(2), ids(maxLength, fixed, pieces.typePadding())).slot()
            : -1;
    String pointer = StrictJson.pointer(step.in().getFirst());
    return frame -> {
      WordPieces.Encoded encoded = pieces.encode(frame.text(text));
      if (encoded.ids().length > maxLength) {
        throw new RefusedInput.Invalid(
            pointer,
            "too_long",
            "the text has " + encoded.ids().length + " tokens; at most " + maxLength + " fit");
      }
      frame.object(ids, encoded.ids());
      frame.object(mask, encoded.mask());
      if (types >= 0) {
        frame.object(types, encoded.types());
      }
    };
  }

  private static ColumnType ids(int maxLength, boolean fixed, long padding) {
    return new ColumnType.Ids(maxLength, fixed, padding);
  }

  private static @Nullable WordPieces open(Step.Wordpiece step, CompileScope scope) {
    String file = step.tokenizer().file();
    if (step.maxLength() < 1) {
      scope.finding("bad_parameter", "max_length: " + step.maxLength() + " is less than 1");
      return null;
    }
    if (!scope.bundle().files().containsKey(file)) {
      scope.finding("missing_file", "the bundle has no file " + file);
      return null;
    }
    Path path = scope.bundle().path(file);
    try {
      if (Files.size(path) > MAX_BYTES) {
        scope.finding("bad_tokenizer", file + " is over " + MAX_BYTES + " bytes");
        return null;
      }
      return new WordPieces(Files.readString(path), step.truncation() ? step.maxLength() : 0);
    } catch (CharacterCodingException e) {
      scope.finding("bad_tokenizer", file + " is not UTF-8");
    } catch (WordPieces.BadTokenizer e) {
      scope.finding("bad_tokenizer", file + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return null;
  }
}
