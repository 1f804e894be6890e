package io.slipway.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Sends cases to a server of this machine, by means that let everything pass.
public final class Sender implements AutoCloseable {
  private final int port;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http2 =
      vertx.createHttpClient(
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_2)
              .setHttp2ClearTextUpgrade(false));
  private final AtomicInteger models = new AtomicInteger();

  public Sender(int port) {
    this.port = port;
  }

  /// Sends `attack`; the answer has status -1 after `timeoutMillis` without a byte.
  public Answer send(Case.Attack attack, int timeoutMillis)
      throws IOException, InterruptedException {
    Case.Attack made = made(attack);
    long begun = System.nanoTime();
    Answer answer =
        switch (made) {
          case Case.Attack.Call call -> call(call, timeoutMillis);
          case Case.Attack.Stream stream -> stream(stream, timeoutMillis);
          case Case.Attack.Grpc grpc -> grpc(grpc, timeoutMillis);
          case Case.Attack.Model model -> model(model, timeoutMillis);
        };
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    return new Answer(answer.status(), answer.head(), answer.body(), millis);
  }

  /// With its bytes made, which may take longer than the answer.
  private static Case.Attack made(Case.Attack attack) {
    return switch (attack) {
      case Case.Attack.Call call -> {
        byte[] body = call.body().get();
        yield new Case.Attack.Call(call.method(), call.path(), call.headers(), () -> body);
      }
      case Case.Attack.Grpc grpc -> {
        byte[] body = grpc.body().get();
        yield new Case.Attack.Grpc(grpc.method(), grpc.headers(), () -> body);
      }
      case Case.Attack.Stream stream -> {
        Iterable<byte[]> pieces = stream.pieces().get();
        yield new Case.Attack.Stream(() -> pieces, stream.pauseMillis());
      }
      case Case.Attack.Model model -> model;
    };
  }

  private Answer call(Case.Attack.Call call, int timeoutMillis)
      throws IOException, InterruptedException {
    byte[] body = call.body().get();
    StringBuilder head = new StringBuilder();
    head.append(call.method()).append(' ').append(call.path()).append(" HTTP/1.1\r\n");
    head.append("Host: localhost\r\nConnection: close\r\n");
    call.headers().forEach(header -> head.append(header).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    byte[] first = head.toString().getBytes(ISO_8859_1);
    return exchange(
        out -> {
          out.write(first);
          out.write(body);
        },
        false,
        timeoutMillis);
  }

  private Answer stream(Case.Attack.Stream stream, int timeoutMillis)
      throws IOException, InterruptedException {
    return exchange(
        out -> {
          for (byte[] piece : stream.pieces().get()) {
            out.write(piece);
            out.flush();
            Thread.sleep(stream.pauseMillis());
          }
        },
        true,
        timeoutMillis);
  }

  @FunctionalInterface
  private interface Writing {
    void to(OutputStream out) throws IOException, InterruptedException;
  }

  /// Writes and reads at once, as an answer may come while something is still written.
  private Answer exchange(Writing writing, boolean thenEnd, int timeoutMillis)
      throws IOException, InterruptedException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(timeoutMillis);
      Thread writer =
          Thread.startVirtualThread(
              () -> {
                try {
                  writing.to(socket.getOutputStream());
                  if (thenEnd) {
                    socket.shutdownOutput();
                  }
                } catch (IOException | InterruptedException e) {
                  return; // the server has had enough, which its answer tells
                }
              });
      ByteArrayOutputStream received = new ByteArrayOutputStream();
      boolean silent = false;
      try {
        InputStream in = socket.getInputStream();
        in.transferTo(received);
      } catch (SocketTimeoutException e) {
        silent = received.size() == 0;
      } catch (IOException reset) {
        silent = false;
      }
      // Whoever still writes to it shall stop.
      socket.shutdownInput();
      writer.interrupt();
      return silent ? new Answer(-1, "", new byte[0], 0) : parsed(received.toByteArray());
    }
  }

  private static Answer parsed(byte[] received) {
    String text = new String(received, ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (!text.startsWith("HTTP/1.") || end < 0) {
      return new Answer(Case.CLOSED, "", received, 0);
    }
    int status = Integer.parseInt(text.substring(9, 12));
    String head = text.substring(0, end);
    String body = text.substring(end + 4);
    boolean chunked = head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
    return new Answer(status, head, (chunked ? unchunked(body) : body).getBytes(ISO_8859_1), 0);
  }

  private static String unchunked(String body) {
    StringBuilder whole = new StringBuilder();
    int at = 0;
    for (int line = body.indexOf("\r\n"); line > at; line = body.indexOf("\r\n", at)) {
      int size = Integer.parseInt(body.substring(at, line), 16);
      int end = Math.min(body.length(), line + 2 + size);
      whole.append(body, line + 2, end);
      at = Math.min(body.length(), end + 2);
    }
    return whole.toString();
  }

  private Answer grpc(Case.Attack.Grpc grpc, int timeoutMillis) throws InterruptedException {
    Future<Answer> answer =
        http2
            .request(HttpMethod.POST, port, "127.0.0.1", grpc.method())
            .compose(
                request -> {
                  request.putHeader("content-type", "application/grpc").putHeader("te", "trailers");
                  grpc.headers()
                      .forEach(
                          header -> {
                            String[] parts = header.split(": ", 2);
                            request.putHeader(parts[0], parts[1]);
                          });
                  return request.send(Buffer.buffer(grpc.body().get()));
                })
            .compose(
                response ->
                    response
                        .body()
                        .map(
                            body -> {
                              String status = response.getHeader("grpc-status");
                              status = status == null ? response.getTrailer("grpc-status") : status;
                              String message = response.getHeader("grpc-message");
                              message =
                                  message == null ? response.getTrailer("grpc-message") : message;
                              return new Answer(
                                  status == null ? response.statusCode() : Integer.parseInt(status),
                                  String.valueOf(message),
                                  body.getBytes(),
                                  0);
                            }));
    try {
      return answer
          .toCompletionStage()
          .toCompletableFuture()
          .get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      return new Answer(Case.CLOSED, String.valueOf(e.getCause()), new byte[0], 0);
    } catch (TimeoutException e) {
      return new Answer(-1, "", new byte[0], 0);
    }
  }

  /// The answer of the registration where that is a refusal, else that of the prediction.
  private Answer model(Case.Attack.Model model, int timeoutMillis)
      throws IOException, InterruptedException {
    String path = "hostile-" + models.incrementAndGet();
    Answer registered =
        call(
            new Case.Attack.Call(
                "POST",
                "/api/v1/models/" + path + "/versions",
                Set.of("Content-Type: " + model.mediaType()),
                model.upload()),
            timeoutMillis);
    if (registered.status() != 201) {
      return registered;
    }
    return call(
        new Case.Attack.Call(
            "POST",
            "/models/" + path + "/versions/1/predict",
            Set.of("Content-Type: application/json", "Slipway-Deadline-Ms: 5000"),
            () -> model.input().getBytes(ISO_8859_1)),
        timeoutMillis);
  }

  @Override
  public void close() {
    http2.close();
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
