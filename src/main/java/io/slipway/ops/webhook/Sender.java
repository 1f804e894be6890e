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

/// Sends messages to one target. The name is resolved here, every address that it has must be one
/// that the rule allows, and the connection goes to an address that was judged: what the name leads
/// to a moment later is nothing to us. The certificate must be the name's. A redirect is an answer
/// like any other that is no success. One connection for each message, by HTTP/1.1; none is kept.
final class Sender implements AutoCloseable {
  private final Target target;
  private final AddressRule rule;
  private final Resolver resolver;
  private final InstantSource clock;
  private final Duration timeout;
  private final HttpClient client;

  /// @param tls whose trust store counts in the place of Java's
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

  /// Without a name for metrics and without traces, either of which would tell the path.
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

  /// Blocks, for the time that names take to be resolved and the timeout.
  ///
  /// @param before how many tries have failed: the next one takes the next address
  /// @param latest when the request may begin at the latest, in [System#nanoTime]
  DeliveryResult send(Message message, int before, long latest) throws InterruptedException {
    List<InetAddress> addresses;
    try {
      addresses = resolver.addresses(target.host());
    } catch (UnknownHostException e) {
      return new DeliveryResult.Failed("its name is not known");
    }
    for (InetAddress address : addresses) {
      if (!rule.allows(address)) {
        return new DeliveryResult.Failed(
            "its name leads to "
                + address.getHostAddress()
                + ", which is not public, and in no network of slipway.webhooks.private-networks");
      }
    }
    if (System.nanoTime() - latest > 0) {
      return new DeliveryResult.Failed("its name took too long to be resolved");
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
      case 3 ->
          new DeliveryResult.Failed("it answered " + status + ", and redirects are not followed");
      default -> new DeliveryResult.Failed("it answered " + status);
    };
  }

  /// Without the messages of others, which may tell the path; but of TLS, where they tell what is
  /// wrong with a certificate.
  private String why(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException) {
        return "no answer within " + timeout.toMillis() + " ms";
      }
      if (cause instanceof SSLException) {
        return "TLS: " + cause.getMessage();
      }
    }
    return "no connection, or it broke"
        + (failure == null ? "" : " (" + failure.getClass().getSimpleName() + ")");
  }

  @Override
  public void close() {
    client.close();
  }
}
