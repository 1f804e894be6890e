package io.slipway.openinference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A caller of the protocol over REST, who knows nothing but HTTP.
final class Client {
  static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI root;

  Client(URI root) {
    this.root = root;
  }

  /// An answer, its JSON, and the bytes behind that.
  record Answer(int status, JsonNode json, byte[] blob, HttpResponse<byte[]> http) {
    String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }

    String error() {
      return json.path("error").asText();
    }

    JsonNode output(String name) {
      for (JsonNode output : json.path("outputs")) {
        if (output.path("name").asText().equals(name)) {
          return output;
        }
      }
      throw new AssertionError("no output " + name + " in " + json);
    }
  }

  Answer send(HttpRequest request) {
    try {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      byte[] body = response.body();
      int header =
          response
              .headers()
              .firstValue("Inference-Header-Content-Length")
              .map(Integer::parseInt)
              .orElse(body.length);
      boolean encoded = response.headers().firstValue("Content-Encoding").isPresent();
      return new Answer(
          response.statusCode(),
          encoded ? JSON.missingNode() : JSON.readTree(body, 0, header),
          Arrays.copyOfRange(body, header, body.length),
          response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(root.resolve(path));
  }

  Answer get(String path) {
    return send(request(path).GET().build());
  }

  Answer post(String path, byte[] body, String... headers) {
    HttpRequest.Builder builder = request(path);
    if (headers.length > 0) {
      builder.headers(headers);
    }
    return send(builder.POST(BodyPublishers.ofByteArray(body)).build());
  }

  Answer post(String path, String json, String... headers) {
    return post(path, json.getBytes(StandardCharsets.UTF_8), headers);
  }

  /// A request of the binary extension.
  Answer binary(String path, String json, byte[] blob) {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(header);
    body.writeBytes(blob);
    return post(
        path,
        body.toByteArray(),
        "Inference-Header-Content-Length",
        Integer.toString(header.length));
  }
}
