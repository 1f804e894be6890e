package io.slipway.console;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.slipway.console.SystemPage.Fact;
import io.slipway.console.SystemPage.Group;
import io.slipway.console.SystemPage.Loaded;
import io.slipway.console.SystemPage.Peer;
import io.slipway.door.GatewayConfig;
import io.slipway.registry.Refusal;
import io.slipway.registry.ReplicaReport;
import io.slipway.registry.Replicas;
import io.slipway.serving.Selector;
import io.slipway.serving.ServingConfig;
import io.slipway.serving.load.ServingState;
import io.slipway.serving.replica.ThisReplica;
import io.slipway.serving.traffic.ServingTable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Collects the figures of the system page: the state of this process and of the other replicas.
@Singleton
final class Replica {
  private final ServingTable table;
  private final ServingState state;
  private final MeterRegistry meters;
  private final ServingConfig serving;
  private final GatewayConfig gateway;
  private final Replicas replicas;
  private final ThisReplica self;
  private final Path data;

  @Inject
  Replica(
      ServingTable table,
      ServingState state,
      MeterRegistry meters,
      ServingConfig serving,
      GatewayConfig gateway,
      Replicas replicas,
      ThisReplica self,
      @ConfigProperty(name = "slipway.data") Path data) {
    this.table = table;
    this.state = state;
    this.meters = meters;
    this.serving = serving;
    this.gateway = gateway;
    this.replicas = replicas;
    this.self = self;
    this.data = data;
  }

  SystemPage page(Shell shell) {
    List<Fact> missing = new ArrayList<>();
    state.absent().forEach((version, why) -> missing.add(new Fact(version.toString(), why)));
    return new SystemPage(
        state.registryTrouble(),
        missing,
        peers(),
        loaded(),
        List.of(process(shell), store(), limits()));
  }

  /// The replicas of this registry; empty where the database does not answer.
  private List<Peer> peers() {
    List<ReplicaReport> all;
    try {
      all = replicas.all();
    } catch (Refusal.Unavailable e) {
      return List.of();
    }
    return all.stream()
        .map(
            report ->
                new Peer(
                    report.name(),
                    report.version(),
                    report.id().equals(self.id()),
                    report.live(),
                    report.startedAt(),
                    report.reportedAt(),
                    serves(report),
                    troubles(report, all)))
        .toList();
  }

  private static List<Fact> serves(ReplicaReport report) {
    List<Fact> serves = new ArrayList<>();
    new TreeMap<>(report.models())
        .forEach(
            (model, stands) ->
                serves.add(
                    new Fact(
                        model,
                        stands.loaded().stream()
                            .sorted()
                            .map(number -> "v" + number)
                            .collect(Collectors.joining(", ")))));
    return serves;
  }

  private static List<Fact> troubles(ReplicaReport report, List<ReplicaReport> all) {
    List<Fact> troubles = new ArrayList<>();
    report
        .behind(all)
        .forEach(
            (model, moves) ->
                troubles.add(
                    new Fact(model, moves + (moves == 1 ? " change behind" : " changes behind"))));
    new TreeMap<>(report.models())
        .forEach(
            (model, stands) ->
                new TreeMap<>(stands.failed())
                    .forEach(
                        (number, why) ->
                            troubles.add(new Fact(model + " v" + number, "not loaded: " + why))));
    return troubles;
  }

  private List<Loaded> loaded() {
    List<Loaded> loaded = new ArrayList<>();
    for (String model : table.models()) {
      Map<Integer, TreeSet<String>> by = new TreeMap<>();
      table
          .pointers(model)
          .forEach(
              (selector, number) -> {
                TreeSet<String> names = by.computeIfAbsent(number, _ -> new TreeSet<>());
                switch (selector) {
                  case Selector.Stage(String stage) -> names.add(stage);
                  case Selector.Alias(String alias) -> names.add("@" + alias);
                  case Selector.Version _ -> {}
                }
              });
      by.forEach(
          (number, names) ->
              loaded.add(new Loaded(model, number, List.copyOf(names), bytes(model, number))));
    }
    return loaded;
  }

  private long bytes(String model, int number) {
    Gauge gauge =
        meters
            .find("slipway.model.memory")
            .tag("model", model)
            .tag("version", Integer.toString(number))
            .gauge();
    return gauge == null ? 0 : (long) gauge.value();
  }

  private Group process(Shell shell) {
    Runtime runtime = Runtime.getRuntime();
    Instant begun = Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    return new Group(
        "Process",
        List.of(
            new Fact("Slipway", shell.version()),
            new Fact("machine", shell.replica()),
            new Fact("started", Words.time(begun) + ", " + Words.ago(begun, shell.now())),
            new Fact("Java", System.getProperty("java.vm.name") + " " + Runtime.version()),
            new Fact("processors", Integer.toString(runtime.availableProcessors())),
            new Fact(
                "heap",
                Words.bytes(runtime.totalMemory() - runtime.freeMemory())
                    + " of "
                    + Words.bytes(runtime.maxMemory()))));
  }

  private Group store() {
    return new Group(
        "Store and database",
        List.of(
            new Fact("folder", data.toString()),
            new Fact("archives", gauge("slipway.store.bytes")),
            new Fact("free disk space", gauge("slipway.store.free.bytes")),
            new Fact("database", state.registryTrouble() == null ? "reachable" : "unreachable")));
  }

  private String gauge(String name) {
    Gauge gauge = meters.find(name).gauge();
    return gauge == null ? "–" : Words.bytes((long) gauge.value());
  }

  private Group limits() {
    return new Group(
        "Limits",
        List.of(
            new Fact("deadline", written(serving.deadline())),
            new Fact("queued calls per model", Integer.toString(serving.queue())),
            new Fact("rows per model run", Integer.toString(serving.rowsPerRun())),
            new Fact("body", Words.bytes(gateway.maxBody().asLongValue())),
            new Fact("objects per batch request", Integer.toString(gateway.maxInstances())),
            new Fact("line length of a stream", Words.bytes(gateway.maxLine().asLongValue())),
            new Fact(
                "time to check a bundle",
                written(serving.probe().time())
                    + ", "
                    + Words.bytes(serving.probe().memory().asLongValue()))));
  }

  private static String written(Duration duration) {
    return Words.span(duration.toMillis() / 1000.0);
  }
}
