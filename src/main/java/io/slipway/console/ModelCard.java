package io.slipway.console;

import io.slipway.registry.Registry;
import io.slipway.registry.StoredFile;
import io.slipway.registry.VersionDetail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.DefaultUrlSanitizer;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jspecify.annotations.Nullable;

/// The README.md of a bundle, rendered as HTML. It is untrusted: HTML in it is shown as text, and
/// only safe link targets are kept.
final class ModelCard {
  private static final String FILE = "README.md";
  private static final long MOST_BYTES = 256 << 10;

  /// Headings are moved down two levels, below those of the page.
  private static final int HEADINGS = 2;

  private static final int DEEPEST = 6;

  /// The schemes of links that are kept; the library would keep `data:` too.
  private static final List<String> LINKS = List.of("http", "https", "mailto");

  private static final Parser PARSER =
      Parser.builder().extensions(List.of(TablesExtension.create())).build();
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder()
          .extensions(List.of(TablesExtension.create()))
          .escapeHtml(true)
          .sanitizeUrls(true)
          .urlSanitizer(new DefaultUrlSanitizer(LINKS))
          .build();

  private ModelCard() {}

  /// Null where the bundle has no README.md, or one over the size limit.
  static @Nullable String of(Registry registry, VersionDetail detail) {
    for (var file : detail.files()) {
      if (file.path("path").asText().equals(FILE) && file.path("size").asLong() <= MOST_BYTES) {
        try (StoredFile stored =
            registry.file(detail.version().model(), detail.version().number(), FILE)) {
          ByteArrayOutputStream card = new ByteArrayOutputStream();
          stored.copyTo(card);
          return html(card.toString(StandardCharsets.UTF_8));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return null;
  }

  static String html(String markdown) {
    Node card = PARSER.parse(markdown);
    card.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Heading heading) {
            heading.setLevel(Math.min(DEEPEST, heading.getLevel() + HEADINGS));
            visitChildren(heading);
          }
        });
    return RENDERER.render(card);
  }
}
