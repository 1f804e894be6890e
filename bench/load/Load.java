import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A load generator that costs little: one thread, one selector, HTTP/1.1 with keep-alive. Prints
/// one line of JSON.
///
/// `java Load.java --port 8080 --path /models/iris/predict --bodies bodies.ndjson` with
/// - `--connections N` closed loop: each connection sends its next request when it has its answer;
/// - `--rate R` open loop: requests arrive as a Poisson stream of R a second, whatever the server
///   does, and latency counts from the arrival, so that a slow server can't hide its queue;
/// - `--warmup S --seconds S` what is thrown away, and what is measured;
/// - `--header 'Name: value'`, any number of times.
final class Load {
  private static final byte[] HEADERS_END = {'\r', '\n', '\r', '\n'};
  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHUNKED = "transfer-encoding:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_CHUNK = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final InetSocketAddress server;
  private final ByteBuffer[] requests;
  private final double rate;
  private final int most;
  private final long begin;
  private final long measureFrom;
  private final long end;
  private final Selector selector = Selector.open();
  private final ArrayDeque<Connection> idle = new ArrayDeque<>();
  private final ArrayDeque<Long> late = new ArrayDeque<>();
  private final Histogram all = new Histogram();
  private final Histogram ok = new Histogram();
  private final Map<Integer, Long> statuses = new TreeMap<>();
  private final long[] okBySecond;
  private long errors;
  private int open;
  private int next;

  private Load(
      InetSocketAddress server,
      ByteBuffer[] requests,
      int connections,
      double rate,
      double warmup,
      double seconds)
      throws IOException {
    this.server = server;
    this.requests = requests;
    this.rate = rate;
    this.most = connections;
    this.begin = System.nanoTime();
    this.measureFrom = begin + (long) (warmup * 1e9);
    this.end = measureFrom + (long) (seconds * 1e9);
    this.okBySecond = new long[(int) Math.ceil(seconds) + 1];
  }

  /// One connection with at most one request under way.
  private final class Connection {
    final SocketChannel channel;
    final SelectionKey key;
    ByteBuffer in = ByteBuffer.allocate(16 << 10);
    ByteBuffer out;
    long arrived;

    Connection() throws IOException {
      channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.connect(server);
      channel.configureBlocking(false);
      key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    void send(long arrived) throws IOException {
      this.arrived = arrived;
      out = requests[next].duplicate();
      next = next + 1 == requests.length ? 0 : next + 1;
      in.clear();
      flush();
    }

    void flush() throws IOException {
      channel.write(out);
      int wanted = out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
          : SelectionKey.OP_READ;
      if (key.interestOps() != wanted) {
        key.interestOps(wanted);
      }
    }

    /// Reads what there is; the status of the answer when it is whole, else 0.
    int receive() throws IOException {
      if (!in.hasRemaining()) {
        in = ByteBuffer.allocate(in.capacity() * 4).put(in.flip());
      }
      int read = channel.read(in);
      if (read < 0) {
        throw new IOException("closed");
      }
      byte[] bytes = in.array();
      int size = in.position();
      int headers = find(bytes, size, HEADERS_END, 0);
      if (headers < 0) {
        return 0;
      }
      int body = headers + HEADERS_END.length;
      int length = header(bytes, headers, LENGTH);
      boolean whole;
      if (length >= 0) {
        whole = size - body >= (int) number(bytes, length);
      } else if (header(bytes, headers, CHUNKED) >= 0) {
        whole = size >= LAST_CHUNK.length
            && find(bytes, size, LAST_CHUNK, size - LAST_CHUNK.length) >= 0;
      } else {
        throw new IOException("an answer without a length");
      }
      return whole ? (int) number(bytes, 9) : 0;
    }
  }

  private static int find(byte[] bytes, int size, byte[] pattern, int from) {
    for (int i = Math.max(0, from); i <= size - pattern.length; i++) {
      if (bytes[i] == pattern[0]
          && Arrays.equals(bytes, i, i + pattern.length, pattern, 0, pattern.length)) {
        return i;
      }
    }
    return -1;
  }

  /// Where the value of a header begins; -1 where there is none.
  private static int header(byte[] bytes, int end, byte[] name) {
    for (int line = 0; line < end; line++) {
      if (bytes[line] != '\n') {
        continue;
      }
      int i = 0;
      while (i < name.length && (bytes[line + 1 + i] | 0x20) == name[i]) {
        i++;
      }
      // ':' and '-' keep their bit 0x20, which makes the comparison above right for them too.
      if (i == name.length) {
        return line + 1 + i;
      }
    }
    return -1;
  }

  private static long number(byte[] bytes, int from) {
    int at = from;
    while (bytes[at] == ' ') {
      at++;
    }
    long number = 0;
    while (bytes[at] >= '0' && bytes[at] <= '9') {
      number = number * 10 + bytes[at++] - '0';
    }
    return number;
  }

  private void run() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    long due = begin;
    if (rate <= 0) {
      for (int i = 0; i < most; i++) {
        open++;
        new Connection().send(System.nanoTime());
      }
    }
    long now = System.nanoTime();
    while (now < end) {
      long wait = end - now;
      if (rate > 0) {
        while (due <= now) {
          arrive(due);
          due += (long) (-Math.log(1 - random.nextDouble()) / rate * 1e9);
        }
        wait = Math.min(wait, due - now);
      }
      if (wait < 1_000_000) {
        selector.selectNow();
      } else {
        selector.select(wait / 1_000_000);
      }
      var ready = selector.selectedKeys().iterator();
      while (ready.hasNext()) {
        SelectionKey key = ready.next();
        ready.remove();
        serve((Connection) key.attachment(), key);
      }
      now = System.nanoTime();
    }
  }

  private void arrive(long due) throws IOException {
    Connection connection = idle.poll();
    if (connection == null && open < most) {
      open++;
      connection = new Connection();
    }
    if (connection == null) {
      late.add(due);
    } else {
      connection.send(due);
    }
  }

  private void serve(Connection connection, SelectionKey key) throws IOException {
    try {
      if (key.isWritable() && connection.out.hasRemaining()) {
        connection.flush();
      }
      if (!key.isReadable()) {
        return;
      }
      int status = connection.receive();
      if (status == 0) {
        return;
      }
      long now = System.nanoTime();
      record(status, connection.arrived, now);
      if (rate <= 0) {
        connection.send(now);
      } else if (!late.isEmpty()) {
        connection.send(late.remove());
      } else {
        idle.push(connection);
      }
    } catch (IOException e) {
      errors++;
      idle.remove(connection);
      key.cancel();
      connection.channel.close();
      open--;
      if (rate <= 0) {
        open++;
        new Connection().send(System.nanoTime());
      }
    }
  }

  private void record(int status, long arrived, long now) {
    if (now < measureFrom) {
      return;
    }
    statuses.merge(status, 1L, Long::sum);
    all.add(now - arrived);
    if (status == 200) {
      ok.add(now - arrived);
      okBySecond[(int) ((now - measureFrom) / 1_000_000_000)]++;
    }
  }

  private String report() {
    double seconds = (end - measureFrom) / 1e9;
    return String.format(
        Locale.ROOT,
        "{\"seconds\":%.3f,\"ok\":%d,\"rate\":%.1f,\"statuses\":%s,\"errors\":%d,"
            + "\"unsent\":%d,\"p50_ms\":%.4f,\"p90_ms\":%.4f,\"p99_ms\":%.4f,\"p999_ms\":%.4f,"
            + "\"max_ms\":%.4f,\"all_p99_ms\":%.4f,\"ok_by_second\":%s}",
        seconds,
        ok.count,
        ok.count / seconds,
        statuses.entrySet().stream()
            .map(e -> "\"" + e.getKey() + "\":" + e.getValue())
            .toList()
            .toString()
            .replace('[', '{')
            .replace(']', '}'),
        errors,
        late.size(),
        ok.millis(0.5),
        ok.millis(0.9),
        ok.millis(0.99),
        ok.millis(0.999),
        ok.millis(1),
        all.millis(0.99),
        Arrays.toString(Arrays.copyOf(okBySecond, okBySecond.length - 1)));
  }

  /// Counts by logarithm, 128 steps for each doubling: exact to 0.8 %.
  private static final class Histogram {
    private final long[] counts = new long[64 << 7];
    long count;

    void add(long nanos) {
      long value = Math.max(nanos, 128);
      int shift = 56 - Long.numberOfLeadingZeros(value);
      counts[(shift << 7) + (int) (value >>> shift)]++;
      count++;
    }

    double millis(double quantile) {
      long rank = (long) Math.ceil(quantile * count);
      for (int i = 0; i < counts.length && rank > 0; i++) {
        rank -= counts[i];
        if (rank <= 0) {
          int shift = (i >> 7) - 1;
          return ((i & 127 | 128L) << shift) / 1e6;
        }
      }
      return 0;
    }
  }

  public static void main(String[] arguments) throws IOException {
    Map<String, List<String>> options = new HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.computeIfAbsent(arguments[i], _ -> new ArrayList<>()).add(arguments[i + 1]);
    }
    String host = one(options, "--host", "127.0.0.1");
    int port = Integer.parseInt(one(options, "--port", "8080"));
    StringBuilder head = new StringBuilder();
    head.append("POST ").append(one(options, "--path", "/")).append(" HTTP/1.1\r\nHost: ");
    head.append(host).append(':').append(port).append("\r\n");
    head.append("Content-Type: ").append(one(options, "--type", "application/json"));
    head.append("\r\n");
    options.getOrDefault("--header", List.of()).forEach(h -> head.append(h).append("\r\n"));
    String binary = one(options, "--binary", "");
    ByteBuffer[] requests =
        !binary.isEmpty()
            ? new ByteBuffer[] {request(head.toString(), Files.readAllBytes(Path.of(binary)))}
            : Files.readAllLines(Path.of(one(options, "--bodies", ""))).stream()
                .filter(line -> !line.isBlank())
                .map(line -> request(head.toString(), line.getBytes(StandardCharsets.UTF_8)))
                .toArray(ByteBuffer[]::new);
    Load load =
        new Load(
            new InetSocketAddress(host, port),
            requests,
            Integer.parseInt(one(options, "--connections", "32")),
            Double.parseDouble(one(options, "--rate", "0")),
            Double.parseDouble(one(options, "--warmup", "2")),
            Double.parseDouble(one(options, "--seconds", "5")));
    load.run();
    System.out.println(load.report());
    System.exit(0);
  }

  private static String one(Map<String, List<String>> options, String name, String otherwise) {
    return options.getOrDefault(name, List.of(otherwise)).getFirst();
  }

  private static ByteBuffer request(String head, byte[] body) {
    byte[] headers =
        (head + "Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer request = ByteBuffer.allocateDirect(headers.length + body.length);
    return request.put(headers).put(body).flip();
  }
}
