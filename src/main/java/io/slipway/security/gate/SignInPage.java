package io.slipway.security.gate;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The page on which a browser signs in: a form that works without scripts.
final class SignInPage {
  static final String STYLE =
      """
      body { font: 1rem/1.5 system-ui, sans-serif; color: #1b1f24; background: #f6f8fa; margin: 0 }
      main { max-width: 24rem; margin: 12vh auto 0; padding: 2rem; background: #fff;
        border: 1px solid #d0d7de; border-radius: .5rem }
      h1 { font-size: 1.25rem; margin: 0 0 1rem }
      label { display: block; font-weight: 600 }
      input { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem;
        border: 1px solid #6e7781; border-radius: .25rem }
      button { font: inherit; font-weight: 600; margin-top: 1rem; padding: .5rem 1rem; color: #fff;
        background: #0a4ea2; border: 0; border-radius: .25rem }
      :focus-visible { outline: 3px solid #0a4ea2; outline-offset: 2px }
      .error { color: #a40e26; font-weight: 600 }
      .hint { color: #4b535d; margin: .25rem 0 0 }
      @media (prefers-color-scheme: dark) {
        body { color: #e6edf3; background: #0d1117 }
        main { background: #161b22; border-color: #30363d }
        input { color: inherit; background: #0d1117 }
        .error { color: #ff8a8a }
        .hint { color: #adb7c1 }
      }
      """;

  private SignInPage() {}

  /// @param to the path to go to after sign-in
  /// @param error why the last attempt failed; null at first
  /// @param people whether sign-in with an OpenID Connect issuer is offered
  /// @param signOut the issuer's sign-out URL; null where it is not offered
  static String html(String to, @Nullable String error, boolean people, @Nullable String signOut) {
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sign in - Slipway</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/sign-in.css">
    </head>
    <body>
    <main>
    <h1>Sign in to Slipway</h1>
    %s<form method="post" action="/session">
    <input type="hidden" name="to" value="%s">
    <label for="key">Key</label>
    <input id="key" name="key" type="password" required autofocus autocomplete="current-password"
      spellcheck="false" aria-describedby="hint"%s>
    <p class="hint" id="hint">It starts with slp_ and was shown once, when it was created.</p>
    <button>Sign in</button>
    </form>
    %s%s</main>
    </body>
    </html>
    """
        .formatted(
            error == null
                ? ""
                : "<p class=\"error\" role=\"alert\" id=\"error\">" + escaped(error) + "</p>\n",
            escaped(to),
            error == null ? "" : " aria-invalid=\"true\"",
            people
                ? "<p><a href=\"/sign-in/oidc?to="
                    + escaped(URLEncoder.encode(to, StandardCharsets.UTF_8))
                    + "\">Sign in with your organisation</a></p>\n"
                : "",
            signOut == null
                ? ""
                : "<p class=\"hint\">You are still signed in at your organisation: <a href=\""
                    + escaped(signOut)
                    + "\">sign out there too</a>.</p>\n");
  }

  /// A page that forwards to `to`. Not a redirect: after one, a browser that comes from another
  /// site would not send the new cookie.
  static String onward(String to) {
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="refresh" content="0;url=%s">
    <title>Signed in - Slipway</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/sign-in.css">
    </head>
    <body>
    <main><p>Signed in. <a href="%s">Continue</a></p></main>
    </body>
    </html>
    """
        .formatted(escaped(to), escaped(to));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
