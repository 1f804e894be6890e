package io.slipway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A caller of the gateway under test.
public final class Gateway {
  static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI root;

  public Gateway(URI root) {
    this.root = root;
  }

  /// An answer with its body as JSON.
  public record Answer(HttpResponse<byte[]> http, JsonNode json) {
    public int status() {
      return http.statusCode();
    }

    public String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(root.resolve(path));
  }

  public Answer send(HttpRequest request) {
    try {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      return new Answer(response, JSON.readTree(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public Answer get(String path) {
    return send(request(path).GET().build());
  }

  public Answer post(String path, String type, byte[] body, String... headers) {
    HttpRequest.Builder builder = request(path).header("Content-Type", type);
    if (headers.length > 0) {
      builder.headers(headers);
    }
    return send(builder.POST(BodyPublishers.ofByteArray(body)).build());
  }

  public Answer json(String path, String body, String... headers) {
    return post(path, "application/json", body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /// The golden examples of the bundle in `folder`.
  public static List<JsonNode> examples(Path folder) {
    try {
      return Files.readAllLines(folder.resolve("examples.jsonl")).stream()
          .filter(line -> !line.isBlank())
          .map(Gateway::tree)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
