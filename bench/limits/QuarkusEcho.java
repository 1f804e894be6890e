import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// What [Echo] does, on an event loop of Quarkus: by a handler on its router (`/`), the least that
/// Quarkus does for a request, and by a method of Quarkus REST (`/rest`), as most of its users write.
@ApplicationScoped
@Path("/rest")
public class QuarkusEcho {
  void routes(@Observes Router router) {
    router.post("/").handler(QuarkusEcho::answer);
  }

  private static void answer(RoutingContext context) {
    context
        .request()
        .bodyHandler(
            body ->
                context
                    .response()
                    .putHeader("content-type", "application/json")
                    .end(Buffer.buffer(Echo.copied(body.getBytes()))))
        .resume();
  }

  /// The record, read token by token and written again.
  @POST
  @NonBlocking
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public byte[] echo(byte[] record) {
    return Echo.copied(record);
  }
}
