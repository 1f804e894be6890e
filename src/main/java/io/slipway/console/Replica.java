package io.slipway.console;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.slipway.console.SystemPage.Fact;
import io.slipway.console.SystemPage.Group;
import io.slipway.console.SystemPage.Loaded;
import io.slipway.door.GatewayConfig;
import io.slipway.serving.Selector;
import io.slipway.serving.ServingConfig;
import io.slipway.serving.ServingState;
import io.slipway.serving.ServingTable;
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
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Tells how this process stands.
@Singleton
final class Replica {
  private final ServingTable table;
  private final ServingState state;
  private final MeterRegistry meters;
  private final ServingConfig serving;
  private final GatewayConfig gateway;
  private final Path data;

  @Inject
  Replica(
      ServingTable table,
      ServingState state,
      MeterRegistry meters,
      ServingConfig serving,
      GatewayConfig gateway,
      @ConfigProperty(name = "slipway.data") Path data) {
    this.table = table;
    this.state = state;
    this.meters = meters;
    this.serving = serving;
    this.gateway = gateway;
    this.data = data;
  }

  SystemPage page(Shell shell) {
    List<Fact> missing = new ArrayList<>();
    state.missing().forEach((version, why) -> missing.add(new Fact(version, why)));
    return new SystemPage(
        state.registryTrouble(), missing, loaded(), List.of(process(shell), store(), limits()));
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
            new Fact("free on the disk", gauge("slipway.store.free.bytes")),
            new Fact("database", state.registryTrouble() == null ? "answers" : "does not answer")));
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
            new Fact("calls that wait for one model", Integer.toString(serving.queue())),
            new Fact("rows of a run", Integer.toString(serving.rowsPerRun())),
            new Fact("body", Words.bytes(gateway.maxBody().asLongValue())),
            new Fact("objects of a batch", Integer.toString(gateway.maxInstances())),
            new Fact("line of a stream", Words.bytes(gateway.maxLine().asLongValue())),
            new Fact(
                "check of a bundle",
                written(serving.probe().time())
                    + ", "
                    + Words.bytes(serving.probe().memory().asLongValue()))));
  }

  private static String written(Duration duration) {
    return Words.span(duration.toMillis() / 1000.0);
  }
}
