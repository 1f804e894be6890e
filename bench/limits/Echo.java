import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// What HTTP and JSON cost where nothing else is done: reads the record token by token and writes
/// it again. One event loop for each core.
public final class Echo extends AbstractVerticle {
  private static final JsonFactory JSON = new JsonFactory();

  private static int port;

  @Override
  public void start() {
    vertx.createHttpServer().requestHandler(this::answer).listen(port);
  }

  private void answer(HttpServerRequest request) {
    request.bodyHandler(
        body ->
            request
                .response()
                .putHeader("content-type", "application/json")
                .end(Buffer.buffer(copied(body.getBytes()))));
  }

  static byte[] copied(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 16);
    try (JsonParser parser = JSON.createParser(body);
        JsonGenerator generator = JSON.createGenerator(out)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken().isNumeric()) {
          generator.writeNumber(parser.getDoubleValue());
        } else {
          generator.copyCurrentEvent(parser);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  public static void main(String[] arguments) {
    port = Integer.parseInt(arguments[0]);
    int cores = Runtime.getRuntime().availableProcessors();
    Vertx.vertx()
        .deployVerticle(Echo.class.getName(), new DeploymentOptions().setInstances(cores));
  }
}
