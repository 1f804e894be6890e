package io.slipway.manual;

import java.util.ArrayList;
import java.util.List;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.ListItem;

/// The navigation: the sections of the start page, each with the first link of every item.
record Navigation(List<Section> sections) {

  record Section(String title, List<Item> items) {}

  record Item(String title, String url) {}

  static Navigation of(DocPage map) {
    List<Section> sections = new ArrayList<>();
    map.tree()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Heading heading) {
                if (heading.getLevel() > 1) {
                  sections.add(new Section(DocPage.text(heading), new ArrayList<>()));
                }
              }

              @Override
              public void visit(ListItem item) {
                if (item.getFirstChild() != null
                    && item.getFirstChild().getFirstChild() instanceof Link link) {
                  DocPath target = map.file().resolve(link.getDestination());
                  if (target != null && !sections.isEmpty()) {
                    sections.getLast().items().add(new Item(DocPage.text(link), target.url()));
                  }
                }
              }
            });
    return new Navigation(sections);
  }

  /// The navigation as HTML, with `url` marked as the current page.
  String html(String url) {
    StringBuilder html = new StringBuilder("<nav id=\"pages\" aria-label=\"Documentation\">\n");
    for (Section section : sections) {
      html.append("<h2>").append(Template.escaped(section.title())).append("</h2>\n<ul>\n");
      for (Item item : section.items()) {
        html.append("<li><a href=\"").append(Template.escaped(item.url())).append('"');
        if (item.url().equals(url)) {
          html.append(" aria-current=\"page\"");
        }
        html.append('>').append(Template.escaped(item.title())).append("</a></li>\n");
      }
      html.append("</ul>\n");
    }
    return html.append("</nav>").toString();
  }
}
