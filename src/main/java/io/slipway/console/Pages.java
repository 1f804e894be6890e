package io.slipway.console;

import io.quarkus.qute.TemplateInstance;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.slipway.registry.Refusal;
import io.slipway.security.gate.Callers;
import io.slipway.serving.replica.ThisReplica;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Renders pages, and what is shown in place of one that there is not.
@Singleton
public final class Pages {
  private static final Logger LOG = Logger.getLogger(Pages.class);

  private final InstantSource clock;
  private final Callers callers;
  private final CurrentVertxRequest request;
  private final String version;
  private final String build;
  private final String replica;

  @Inject
  Pages(
      InstantSource clock,
      Callers callers,
      CurrentVertxRequest request,
      @ConfigProperty(name = "quarkus.application.version") String version,
      ThisReplica self,
      Assets assets) {
    this.clock = clock;
    this.callers = callers;
    this.request = request;
    this.version = version;
    this.build = assets.build();
    this.replica = self.name();
  }

  /// The page that `content` makes, or a page that says why there is none.
  ///
  /// @param section of the navigation
  Response page(String section, Function<Shell, TemplateInstance> content) {
    Instant now = clock.instant();
    Viewer viewer = new Viewer(callers.of(request.getCurrent()));
    Shell shell = new Shell(section, build, now, replica, version, viewer);
    try {
      return html(200, content.apply(shell).render());
    } catch (Refusal e) {
      return refused(shell, e);
    } catch (RuntimeException e) {
      LOG.errorf(e, "a page of %s was not made", section);
      return html(
          500,
          Templates.trouble(
                  shell,
                  "This page could not be made",
                  "The log of this replica says why. What is loaded is served on all the same.")
              .render());
    }
  }

  /// There is no such page.
  Response none() {
    return page(
        "",
        shell -> {
          throw new Refusal.NotFound("there is no page at this address");
        });
  }

  private static Response refused(Shell shell, Refusal why) {
    return switch (why) {
      case Refusal.NotFound _ -> trouble(shell, 404, "Not found", why);
      case Refusal.Malformed _, Refusal.InvalidValue _, Refusal.TooLarge _ ->
          trouble(shell, 400, "This address is not understood", why);
      case Refusal.Unavailable _, Refusal.NoSpace _ ->
          trouble(shell, 503, "The registry does not answer; what is loaded is served on", why);
      case Refusal.Conflict _, Refusal.StaleRevision _, Refusal.RevisionRequired _ ->
          trouble(shell, 409, "That is not possible now", why);
    };
  }

  private static Response trouble(Shell shell, int status, String title, Refusal why) {
    String message = String.valueOf(why.getMessage());
    return html(status, Templates.trouble(shell, title, Words.sentence(message)).render());
  }

  private static Response html(int status, String html) {
    return Response.status(status)
        .entity(html)
        .type(MediaType.TEXT_HTML + ";charset=UTF-8")
        // Else the back button shows it to whoever comes after somebody who has signed out.
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }
}
