package io.slipway.console;

import jakarta.ws.rs.core.Response.ResponseBuilder;

/// The headers of everything that the console gives: nothing is loaded but from here, nothing runs
/// that is written into a page, and no other site may frame one.
final class PageHeaders {
  static final String CONTENT_SECURITY_POLICY =
      String.join(
          "; ",
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "img-src 'self' data: blob:",
          "connect-src 'self'",
          "form-action 'self'",
          "base-uri 'none'",
          "frame-ancestors 'none'");

  private PageHeaders() {}

  static ResponseBuilder on(ResponseBuilder page) {
    return page.header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "same-origin");
  }
}
