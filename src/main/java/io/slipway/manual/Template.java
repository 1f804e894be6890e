package io.slipway.manual;

/// The HTML frame around every page.
final class Template {
  static final String STYLE = DocPath.URL + "style.css";

  private static final String FRAME =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>%s · Slipway</title>
      <link rel="stylesheet" href="%s">
      </head>
      <body>
      <header><a href="%s">Slipway documentation</a><a href="#pages">All pages</a></header>
      <div class="columns">
      <main>
      %s</main>
      %s
      </div>
      </body>
      </html>
      """;

  private Template() {}

  /// @param title as plain text
  /// @param navigation as HTML
  /// @param content as HTML
  static String page(String title, String navigation, String content) {
    return FRAME.formatted(escaped(title), STYLE, DocPath.URL, content, navigation);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
