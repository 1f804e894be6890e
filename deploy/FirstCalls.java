import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/// What a build asks a server while the virtual machine learns from it for later starts: the samples
/// in turns, one object and many, right and wrong ones, and in the end more than it can answer in
/// time. So a later process knows from its first minute which code is hot, refusals included, which
/// count most where a fresh process meets a flood.
///
/// `java FirstCalls.java URL SAMPLES SECONDS`
public final class FirstCalls {
  private static final int CALLERS = 16;

  /// To one of any other kind. Records are what is asked most often, and by callers who are in the
  /// greatest hurry; where kinds are mixed evenly, the virtual machine learns that nothing is usual,
  /// and a tiny model was served 8 % slower ever after.
  private static final int MANY = 50;

  /// Of the time, as the last part of it, with so little patience that many calls are refused.
  private static final double IMPATIENT = 0.3;

  private static final String IMPATIENCE = "Slipway-Deadline-Ms: 2\r\n";
  private static final String CUSTOMER =
      "{\"customer_id\":\"C-1\",\"customer_since\":\"2019-10-18\",\"contract\":\"Month-to-month\","
          + "\"monthly_charges\":70.35}";
  private static final String REVIEW =
      "{\"review_id\":\"R-1\",\"text\":\"A <b>wonderful</b> film, I would see it again.\"}";

  private static final LongAdder ASKED = new LongAdder();

  private record Call(byte[] patient, byte[] impatient) {
    Call(String model, String type, byte[] body) {
      this(request(model, type, "", body), request(model, type, IMPATIENCE, body));
    }
  }

  private FirstCalls() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    URI url = URI.create(args[0]);
    List<Call> calls = calls(Path.of(args[1]));
    long begun = System.nanoTime();
    long most = Duration.ofSeconds(Long.parseLong(args[2])).toNanos();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      int first = i * calls.size() / CALLERS;
      callers.add(Thread.ofPlatform().start(() -> ask(url, calls, first, begun, most)));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    System.out.println(ASKED + " calls");
  }

  private static byte[] request(String model, String type, String more, byte[] body) {
    String head =
        "POST /models/" + model + "/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
            + "\r\nContent-Length: " + body.length + "\r\n" + more + "\r\n";
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.getBytes(ISO_8859_1));
    request.writeBytes(body);
    return request.toByteArray();
  }

  private static List<Call> calls(Path samples) throws IOException {
    String json = "application/json";
    byte[] customer = CUSTOMER.getBytes();
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      calls.add(new Call("customer-churn", json, customer));
    }
    calls.add(new Call("movie-review", json, REVIEW.getBytes()));
    byte[] mail = Files.readAllBytes(samples.resolve("mail/v1/examples/0.eml"));
    calls.add(new Call("mail-spam", "message/rfc822", mail));
    byte[] image = Files.readAllBytes(samples.resolve("image/v1/examples/0.png"));
    calls.add(new Call("digit", "image/png", image));
    calls.add(new Call("customer-churn", json, "{\"customer_id\":7}".getBytes()));
    String many = "{\"instances\":[" + (CUSTOMER + ",").repeat(MANY - 1) + CUSTOMER + "]}";
    calls.add(new Call("customer-churn", json, many.getBytes()));
    return calls;
  }

  /// One caller: one call after the other on one connection. Where that breaks it ends, as this is a
  /// matter of speed alone: what is not answered is not learned.
  private static void ask(URI url, List<Call> calls, int first, long begun, long most) {
    byte[] buffer = new byte[64 << 10];
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      socket.setSoTimeout(10_000);
      for (int i = first; ; i++) {
        long past = System.nanoTime() - begun;
        if (past > most) {
          return;
        }
        Call call = calls.get(i % calls.size());
        out.write(past > most * (1 - IMPATIENT) ? call.impatient() : call.patient());
        skipAnswer(in, buffer);
        ASKED.increment();
      }
    } catch (IOException e) {
      System.out.println("a caller stops: " + e);
    }
  }

  /// Reads to the end of an answer, which is as long as it says.
  private static void skipAnswer(InputStream in, byte[] buffer) throws IOException {
    int have = 0;
    int end = -1;
    while (end < 0 || have < end) {
      int read = in.read(buffer, have, buffer.length - have);
      if (read <= 0) {
        throw new IOException("no end of an answer after " + have + " bytes");
      }
      have += read;
      if (end < 0) {
        String head = new String(buffer, 0, have, ISO_8859_1);
        int body = head.indexOf("\r\n\r\n");
        if (body >= 0) {
          String length = head.toLowerCase(Locale.ROOT).split("content-length: *", 2)[1];
          end = body + 4 + Integer.parseInt(length.substring(0, length.indexOf('\r')));
        }
      }
    }
  }
}
