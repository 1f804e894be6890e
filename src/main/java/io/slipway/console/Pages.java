package io.slipway.console;

import io.quarkus.qute.TemplateInstance;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.slipway.door.PathPrefix;
import io.slipway.registry.CallDeadline;
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

/// Renders pages, and the error page where a page cannot be shown.
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

  /// The page made by `content`, or an error page.
  ///
  /// @param section the current entry of the navigation
  Response page(String section, Function<Shell, TemplateInstance> content) {
    Instant now = clock.instant();
    Viewer viewer = new Viewer(callers.of(request.getCurrent()));
    Shell shell = new Shell(section, build, now, replica, version, viewer);
    try {
      return html(200, CallDeadline.bounded(() -> content.apply(shell).render()));
    } catch (Refusal e) {
      return refused(shell, e);
    } catch (RuntimeException e) {
      LOG.errorf(e, "a page of the console's section %s could not be rendered", section);
      return html(
          500,
          Templates.trouble(
                  shell,
                  "This page could not be rendered",
                  "See the log of this replica for the cause. Predictions are not affected.")
              .render());
    }
  }

  /// The answer to a URL without a page: 404.
  Response none() {
    return page(
        "",
        shell -> {
          throw new Refusal.NotFound("there is no page at this URL");
        });
  }

  private Response refused(Shell shell, Refusal why) {
    return switch (why) {
      case Refusal.NotFound _ -> trouble(shell, 404, "Not found", why);
      case Refusal.Malformed _, Refusal.InvalidValue _, Refusal.TooLarge _ ->
          trouble(shell, 400, "Invalid URL", why);
      case Refusal.Unavailable _, Refusal.NoSpace _, Refusal.OutcomeUnknown _ ->
          trouble(shell, 503, "The registry is unavailable; loaded versions are still served", why);
      case Refusal.Conflict _, Refusal.StaleRevision _, Refusal.RevisionRequired _ ->
          trouble(shell, 409, "Not possible in the current state", why);
    };
  }

  private Response trouble(Shell shell, int status, String title, Refusal why) {
    String message = String.valueOf(why.getMessage());
    return html(status, Templates.trouble(shell, title, Words.sentence(message)).render());
  }

  private Response html(int status, String html) {
    return Response.status(status)
        .entity(PathPrefix.page(request.getCurrent(), html))
        .type(MediaType.TEXT_HTML + ";charset=UTF-8")
        // Otherwise the back button would show the page to the next user after a sign-out.
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }
}
