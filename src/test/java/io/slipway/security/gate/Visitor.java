package io.slipway.security.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/// Somebody at the gate, with the headers that he always sends.
final class Visitor {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI root;
  private final String[] headers;
  private final HttpClient client;

  private Visitor(URI root, String[] headers, HttpClient client) {
    this.root = root;
    this.headers = headers;
    this.client = client;
  }

  /// @param headers name, value, name, value …
  static Visitor of(URI root, String... headers) {
    return new Visitor(
        root, headers, HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
  }

  static Visitor bearer(URI root, String key) {
    return of(root, "Authorization", "Bearer " + key);
  }

  /// From another address of this machine.
  static Visitor from(InetAddress address, URI root, String... headers) {
    return new Visitor(root, headers, HttpClient.newBuilder().localAddress(address).build());
  }

  record Answer(HttpResponse<String> http) {
    int status() {
      return http.statusCode();
    }

    String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }

    JsonNode json() {
      try {
        return JSON.readTree(http.body());
      } catch (IOException e) {
        throw new AssertionError(http.body(), e);
      }
    }
  }

  Answer get(String path, String... more) {
    return send("GET", path, "", more);
  }

  Answer send(String method, String path, String body, String... more) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(root.resolve("/").toString().replaceAll("/$", "") + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (more.length > 0) {
      request.headers(more);
    } else if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    try {
      return new Answer(client.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
