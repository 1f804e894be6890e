package io.slipway.ops.webhook;

import io.quarkus.tls.TlsConfiguration;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Sends messages to one target. It resolves the name itself, requires that the rule allows every
/// address of it, and connects to a checked address, so that a later change of the DNS has no
/// effect. The certificate must match the name. Redirects count as failures. Each message uses a
/// new HTTP/1.1 connection.
final class Sender implements AutoCloseable {
  private final Target target;
  private final AddressRule rule;
  private final Resolver resolver;
  private final InstantSource clock;
  private final Duration timeout;
  private final HttpClient client;

  /// @param tls with the trust store to use instead of Java's
  Sender(
      Vertx vertx,
      Target target,
      AddressRule rule,
      Resolver resolver,
      InstantSource clock,
      Duration timeout,
      @Nullable TlsConfiguration tls) {
    this.target = target;
    this.rule = rule;
    this.resolver = resolver;
    this.clock = clock;
    this.timeout = timeout;
    this.client = vertx.createHttpClient(options(timeout, tls));
  }

  /// Without metrics and traces, both of which would reveal the path.
  private static HttpClientOptions options(Duration timeout, @Nullable TlsConfiguration tls) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setTrustAll(false)
            .setVerifyHost(true)
            .setKeepAlive(false)
            .setConnectTimeout(Math.toIntExact(timeout.toMillis()))
            .setTracingPolicy(TracingPolicy.IGNORE);
    if (tls != null && tls.getTrustStoreOptions() != null) {
      options.setTrustOptions(tls.getTrustStoreOptions());
    }
    if (tls != null && tls.getKeyStoreOptions() != null) {
      options.setKeyCertOptions(tls.getKeyStoreOptions());
    }
    return options;
  }

  /// Sends a message; blocks for name resolution and the timeout.
  ///
  /// @param before the number of failed tries: the next try uses the next address
  /// @param latest the latest start of the request, in [System#nanoTime]
  DeliveryResult send(Message message, int before, long latest) throws InterruptedException {
    List<InetAddress> addresses;
    try {
      addresses = resolver.addresses(target.host());
    } catch (UnknownHostException e) {
      return new DeliveryResult.Failed("unknown host");
    }
    for (InetAddress address : addresses) {
      if (!rule.allows(address)) {
        return new DeliveryResult.Failed(
            "the host resolves to "
                + address.getHostAddress()
                + ", which is not public, and in no network of slipway.webhooks.private-networks");
      }
    }
    if (System.nanoTime() - latest > 0) {
      return new DeliveryResult.Failed("name resolution took too long");
    }
    return send(message, addresses.get(before % addresses.size()));
  }

  private DeliveryResult send(Message message, InetAddress address) throws InterruptedException {
    long timestamp = clock.instant().getEpochSecond();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(SocketAddress.inetSocketAddress(target.port(), address.getHostAddress()))
            .setSsl(true)
            .setHost(target.host())
            .setPort(target.port())
            .setURI(target.path())
            .setFollowRedirects(false)
            .putHeader("content-type", "application/json")
            .putHeader("user-agent", "slipway")
            .putHeader("webhook-id", message.id())
            .putHeader("webhook-timestamp", Long.toString(timestamp))
            .putHeader(
                "webhook-signature", target.secret().sign(message.id(), timestamp, message.body()));
    try {
      int status =
          new WebhookRequest().status(client, options, Buffer.buffer(message.body()), timeout);
      return judged(status);
    } catch (ExecutionException e) {
      return new DeliveryResult.Failed(why(e.getCause()));
    }
  }

  private static DeliveryResult judged(int status) {
    return switch (status / 100) {
      case 2 -> new DeliveryResult.Delivered();
      case 3 -> new DeliveryResult.Failed("status " + status + "; redirects are not followed");
      default -> new DeliveryResult.Failed("status " + status);
    };
  }

  /// The reason of a failure, without messages of other libraries, which may reveal the path;
  /// except those of TLS, which explain what is wrong with a certificate.
  private String why(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException) {
        return "no answer within " + timeout.toMillis() + " ms";
      }
      if (cause instanceof SSLException) {
        return "TLS: " + cause.getMessage();
      }
    }
    return "no connection, or connection lost"
        + (failure == null ? "" : " (" + failure.getClass().getSimpleName() + ")");
  }

  @Override
  public void close() {
    client.close();
  }
}
