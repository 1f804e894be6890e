package io.slipway.onnx;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.Finding;
import java.io.IOException;
import java.util.List;

/// A probe of a model whose generated inputs end as its first argument lists: `fit`, `fail`,
/// `late`, `full` (the heap), or the name of a signal.
public final class MoodyProbe {
  private MoodyProbe() {}

  public static void main(String... args) throws IOException, InterruptedException {
    List<String> ends = List.of(args[0].split(","));
    int from = Integer.parseInt(args[args.length - 1]);
    if (from == GeneratedCheck.NO_INPUT) {
      report(ProbeReport.refused(List.of()));
      return;
    }
    System.out.println("stage running moody.onnx on generated inputs");
    for (int input = from; input <= ends.size(); input++) {
      System.out.println("input " + input);
      switch (ends.get(input - 1)) {
        case "fit" -> {
          System.out.println("answered");
          report(ProbeReport.refused(List.of()));
          return;
        }
        case "fail" -> System.out.println("answered");
        case "late" -> {
          report(Trial.late("a run did not end"));
          return;
        }
        case "full" -> Runtime.getRuntime().halt(3);
        default -> {
          String own = Long.toString(ProcessHandle.current().pid());
          new ProcessBuilder("kill", "-s", ends.get(input - 1), own).start();
          Thread.currentThread().join();
        }
      }
    }
    Finding untried = new Finding(GeneratedCheck.UNTRIED, "moody.onnx", "none fits");
    report(ProbeReport.refused(List.of()).with(untried));
  }

  private static void report(ProbeReport report) throws IOException {
    System.out.println(new ObjectMapper().writeValueAsString(report));
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}
