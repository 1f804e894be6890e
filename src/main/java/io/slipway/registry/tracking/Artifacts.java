package io.slipway.registry.tracking;

import io.slipway.bundle.Digest;
import io.slipway.registry.FileContents;
import io.slipway.registry.Refusal;
import io.slipway.registry.Sql;
import io.slipway.registry.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The files below `mlflow-artifacts:/`, by their path. A path is only a name: the bytes are in the
/// store, by digest, so no path leads out of it, and the same bytes are stored once.
@ApplicationScoped
public class Artifacts {
  /// How the URIs begin.
  public static final String SCHEME = "mlflow-artifacts:";

  private static final int PATH_BYTES = 1_500;
  private static final int NAME_BYTES = 255;
  private static final int MOST_LISTED = 100_000;

  private static final String LIST =
      """
      select split_part(rest, '/', 1) as name, bool_or(strpos(rest, '/') > 0) as folder,
        max(size) as size
      from (select substr(path, :skip) as rest, size from artifact
        where path >= :first and path < :last) as below
      group by 1 order by 1 limit :most
      """;

  private static final String PUT =
      """
      insert into artifact (path, blob, size) values (:path, :blob, :size)
      on conflict (path) do update set blob = excluded.blob, size = excluded.size
      """;

  private static final String IN_THE_WAY =
      """
      select 1 from artifact
      where path = any(cast(:folders as text[])) or path >= :first and path < :last limit 1
      """;

  private final Sql sql;
  private final FileContents contents;

  Artifacts(Sql sql, FileContents contents) {
    this.sql = sql;
    this.contents = contents;
  }

  /// A file of artifacts.
  ///
  /// @param file on this machine's disk, verified
  public record Stored(Path file, long size) {}

  /// Stores the rest of `in` as the file `path`, over an older one. When this returns, it is
  /// durable.
  ///
  /// @throws IOException if reading `in` fails; nothing is stored then
  public void put(String path, InputStream in) throws IOException {
    String name = checked(path);
    Transactions.run(() -> free(name));
    contents.store(
        in,
        content ->
            Transactions.run(
                () -> {
                  free(name);
                  sql.of(PUT)
                      .set("path", name)
                      .set("blob", content.digest().hex())
                      .set("size", content.size())
                      .run();
                }));
  }

  /// @throws Refusal.InvalidValue if `path` is a folder, or below a file
  private void free(String path) {
    List<String> folders = new ArrayList<>();
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      folders.add(path.substring(0, slash));
    }
    Object found =
        sql.of(IN_THE_WAY)
            .set("folders", folders)
            .set("first", path + "/")
            .set("last", path + "0")
            .first(row -> row.getInt(1));
    if (found != null) {
      throw new Refusal.InvalidValue("path", "it is a folder, or a part of it is a file");
    }
  }

  /// @throws Refusal.NotFound if there is no such file
  public Stored find(String path) {
    String name = checked(path);
    record Row(Digest blob, long size) {}
    Row found =
        Transactions.<@Nullable Row>call(
            () ->
                sql.of("select blob, size from artifact where path = :path")
                    .set("path", name)
                    .first(row -> new Row(new Digest(row.getString("blob")), row.getLong("size"))));
    if (found == null) {
      throw missing(path);
    }
    return new Stored(contents.verified(found.blob()), found.size());
  }

  /// What is in a folder, by name; empty where there is none.
  public List<ArtifactFile> list(String folder) {
    String first = folder.isEmpty() ? "" : checked(folder) + "/";
    return Transactions.call(
        () ->
            sql.of(LIST)
                // Positions begin at 1, and count code points.
                .set("skip", first.codePointCount(0, first.length()) + 1)
                .set("first", first)
                // The sign after '/' ends a folder; nothing is above the last plane.
                .set("last", first.isEmpty() ? "\uDBFF\uDFFF" : first.replaceFirst("/$", "0"))
                .set("most", MOST_LISTED)
                .list(
                    row -> {
                      boolean isFolder = row.getBoolean("folder");
                      return new ArtifactFile(
                          row.getString("name"), isFolder, isFolder ? 0 : row.getLong("size"));
                    }));
  }

  /// Removes a file, or a folder with all that is in it; nothing where there is none. Garbage
  /// collection removes the bytes that nothing refers to.
  public void delete(String path) {
    String name = checked(path);
    Transactions.run(
        () ->
            sql.of("delete from artifact where path = :path or path >= :first and path < :last")
                .set("path", name)
                .set("first", name + "/")
                .set("last", name + "0")
                .run());
  }

  private static Refusal missing(String path) {
    return new Refusal.NotFound("there is no artifact '" + path + "'");
  }

  /// `path`, where it is a relative path in its normal form.
  private static String checked(String path) {
    boolean normal = path.getBytes(StandardCharsets.UTF_8).length <= PATH_BYTES;
    for (String part : path.split("/", -1)) {
      normal &=
          !part.isEmpty()
              && !part.equals(".")
              && !part.equals("..")
              && part.indexOf('\\') < 0
              && part.chars().noneMatch(Character::isISOControl)
              && part.getBytes(StandardCharsets.UTF_8).length <= NAME_BYTES;
    }
    if (!normal) {
      throw new Refusal.InvalidValue(
          "path",
          "expected a path without empty, '.' or '..' parts, of at most "
              + PATH_BYTES
              + " bytes, each part of at most "
              + NAME_BYTES);
    }
    return path;
  }
}
