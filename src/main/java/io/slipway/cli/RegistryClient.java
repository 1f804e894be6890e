package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.slipway.bundle.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A client of a registry over HTTP. Refusals become [Failure.Refused] with the registry's message.
final class RegistryClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /// The largest page of a list.
  private static final int PAGE = 500;

  /// The time limit of a response: a promotion loads the model, a push waits for its check.
  private static final Duration ANSWER = Duration.ofMinutes(15);

  private final Profile profile;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  RegistryClient(Profile profile) {
    this.profile = profile;
  }

  URI url() {
    return profile.url();
  }

  /// The path of `model`, or of something `below` it.
  static String model(String model, Object... below) {
    StringBuilder path = new StringBuilder("/api/v1/models/").append(segment(model));
    for (Object segment : below) {
      path.append('/').append(segment(segment.toString()));
    }
    return path.toString();
  }

  /// The text as an encoded path segment.
  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  JsonNode get(String path) {
    return json(send(request(path).GET()));
  }

  /// All elements of the list `member`, over all pages of `path`.
  ArrayNode all(String path, String member) {
    ArrayNode all = JSON.createArrayNode();
    String token = "";
    do {
      JsonNode page = get(path + "?limit=" + PAGE + token);
      page.path(member).forEach(all::add);
      token = "&page_token=" + segment(page.path("next_page_token").asText(""));
    } while (!token.endsWith("="));
    return all;
  }

  /// Uploads `zip` as a version of `model`, in parts where it is large, with a progress bar on
  /// `err`; see [UploadProgressBar].
  JsonNode publish(String model, Path zip, boolean dryRun, PrintWriter err) {
    return publish(model, zip, "bundle", dryRun, err);
  }

  /// As [#publish(String, Path, boolean, PrintWriter)].
  ///
  /// @param kind `bundle` or `files`
  JsonNode publish(String model, Path zip, String kind, boolean dryRun, PrintWriter err) {
    boolean files = kind.equals("files");
    String target = model(model, "versions") + (dryRun ? "?dry_run=true" : "");
    try (UploadProgressBar progress = UploadProgressBar.of(Files.size(zip), err)) {
      if (Files.size(zip) > PartedUpload.PART) {
        try {
          String id = new PartedUpload(this, model, files, progress).send(zip);
          return send("POST", target, JSON.createObjectNode().put("upload", id), Map.of());
        } catch (Failure.Refused e) {
          // A load balancer has sent parts to different replicas, which do not share uploads.
          if (e.status() != 404) {
            throw e;
          }
          progress.tell("the parts went to different replicas; sending it as a whole");
        }
      }
      return send(
          "POST",
          files ? target + (dryRun ? "&" : "?") + "kind=files" : target,
          "application/zip",
          BodyPublishers.ofInputStream(() -> progress.watch(open(zip), 0)),
          Map.of("Repr-Digest", Digest.of(zip).inHeader()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(Path zip) {
    try {
      return Files.newInputStream(zip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The response of `path` with any status.
  HttpResponse<byte[]> look(String path) {
    return exchange(request(path).GET().build(), BodyHandlers.ofByteArray());
  }

  JsonNode send(String method, String path, JsonNode body, Map<String, String> headers) {
    return send(
        method, path, "application/json", BodyPublishers.ofString(body.toString()), headers);
  }

  JsonNode send(
      String method,
      String path,
      String contentType,
      BodyPublisher body,
      Map<String, String> headers) {
    HttpRequest.Builder request =
        request(path).header("Content-Type", contentType).method(method, body);
    headers.forEach(request::header);
    return json(send(request));
  }

  /// Downloads `path` to `file`, atomically.
  void download(String path, Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      Path part = Files.createTempFile(folder, ".slipway", ".part");
      try {
        HttpResponse<Path> answer =
            exchange(request(path).GET().build(), BodyHandlers.ofFile(part));
        if (answer.statusCode() != 200) {
          throw refused(answer.statusCode(), Files.readAllBytes(part));
        }
        Files.move(part, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new Failure.Misused(file + " cannot be written: " + e.getMessage());
    }
  }

  JsonNode delete(String path) {
    return json(send(request(path).DELETE()));
  }

  /// The lines of the response of `path`, as they arrive; to be closed.
  Stream<String> lines(String path) {
    HttpResponse<Stream<String>> answer =
        exchange(request(path).GET().build(), BodyHandlers.ofLines());
    if (answer.statusCode() != 200) {
      try (Stream<String> body = answer.body()) {
        throw refused(
            answer.statusCode(),
            body.collect(Collectors.joining("\n")).getBytes(StandardCharsets.UTF_8));
      }
    }
    return answer.body();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(profile.url() + path)).timeout(ANSWER);
    String token = profile.token();
    if (token != null && !token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  private byte[] send(HttpRequest.Builder request) {
    HttpResponse<byte[]> answer = exchange(request.build(), BodyHandlers.ofByteArray());
    if (answer.statusCode() / 100 != 2) {
      throw refused(answer.statusCode(), answer.body());
    }
    return answer.body();
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (ConnectException e) {
      throw new Failure.Unreachable(
          "no answer from " + profile + "; is it running? Set another with --url or SLIPWAY_URL",
          e);
    } catch (IOException e) {
      throw new Failure.Unreachable(
          "the connection to " + profile + " broke: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Unreachable("interrupted", e);
    }
  }

  private JsonNode json(byte[] body) {
    if (body.length == 0) {
      return MissingNode.getInstance();
    }
    JsonNode json = parsed(body);
    if (json == null) {
      throw new Failure.Unreachable(profile + " does not answer like a registry", null);
    }
    return json;
  }

  private static @Nullable JsonNode parsed(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return null;
    }
  }

  private Failure refused(int status, byte[] body) {
    JsonNode problem = parsed(body);
    if (problem == null || !problem.path("type").asText().startsWith("urn:slipway:")) {
      return new Failure.Unreachable(
          profile + " does not answer like a registry (status " + status + ")", null);
    }
    List<Failure.Fault> faults = new ArrayList<>();
    for (JsonNode error : problem.path("errors")) {
      faults.add(
          new Failure.Fault(
              error.path("code").asText(),
              error.path(error.has("where") ? "where" : "pointer").asText(),
              error.path("message").asText()));
    }
    String detail = problem.path("detail").asText(problem.path("title").asText());
    if (problem.path("type").asText().endsWith(":outcome-unknown")) {
      return new Failure.Unclear(detail + " (" + status + ")", null);
    }
    return new Failure.Refused(status, detail + " (" + status + ")", faults);
  }
}
