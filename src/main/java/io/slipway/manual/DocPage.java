package io.slipway.manual;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlRenderer;

/// One page of Markdown, parsed.
record DocPage(DocPath file, Node tree) {
  private static final Parser PARSER =
      Parser.builder().extensions(List.of(TablesExtension.create())).build();
  private static final HtmlRenderer HTML =
      HtmlRenderer.builder()
          .extensions(List.of(TablesExtension.create()))
          .attributeProviderFactory(_ -> new Attributes())
          .build();

  static DocPage of(DocPath file, String markdown) {
    return new DocPage(file, PARSER.parse(markdown));
  }

  /// The text of its first heading.
  String title() {
    for (Node node = tree.getFirstChild(); node != null; node = node.getNext()) {
      if (node instanceof Heading heading) {
        return text(heading);
      }
    }
    return file.path();
  }

  /// The targets of its links and images, as written.
  List<String> links() {
    List<String> found = new ArrayList<>();
    eachLink(
        link -> {
          found.add(link);
          return link;
        });
    return found;
  }

  /// Its content as HTML, with each link target mapped by `destination`.
  String html(UnaryOperator<String> destination) {
    eachLink(destination);
    return HTML.render(tree);
  }

  /// The plain text of a heading or a link.
  static String text(Node node) {
    StringBuilder words = new StringBuilder();
    node.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text text) {
            words.append(text.getLiteral());
          }

          @Override
          public void visit(Code code) {
            words.append(code.getLiteral());
          }

          @Override
          public void visit(SoftLineBreak lineBreak) {
            words.append(' ');
          }
        });
    return words.toString();
  }

  private void eachLink(UnaryOperator<String> change) {
    tree.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Link link) {
            link.setDestination(change.apply(link.getDestination()));
            visitChildren(link);
          }

          @Override
          public void visit(Image image) {
            image.setDestination(change.apply(image.getDestination()));
          }
        });
  }

  /// Adds fragment ids to headings, and a tab index to elements that may be wider than the screen.
  /// One instance per page.
  private static final class Attributes implements AttributeProvider {
    private final Map<String, Integer> taken = new HashMap<>();

    @Override
    public void setAttributes(Node node, String tag, Map<String, String> attributes) {
      if (node instanceof Heading heading) {
        attributes.put("id", fragment(text(heading)));
      } else if (tag.equals("pre") || node instanceof TableBlock) {
        attributes.put("tabindex", "0");
      }
    }

    /// The fragment that GitHub and similar hosts generate, so that links work there and here.
    private String fragment(String heading) {
      String plain =
          heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-');
      int before = taken.merge(plain, 1, Integer::sum) - 1;
      return before == 0 ? plain : plain + "-" + before;
    }
  }
}
