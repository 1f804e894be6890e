package io.slipway.onnx.graph;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.Step;
import io.slipway.onnx.graph.OnnxFile.Operator;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Reads every ONNX file that a bundle names, before ONNX Runtime sees it, and finds what would
/// escape from the bundle, end the process, or serve nobody. What the runtime itself refuses in
/// plain words (unknown operators, newer operator sets) is left to it.
public final class OnnxGraphCheck {
  /// A tree of 2,000 levels overflows an ordinary stack inside the runtime; trained trees have less
  /// than 100.
  static final int MOST_TREE_DEPTH = 512;

  /// Nodes after the calls of functions have been replaced by their bodies.
  static final long MOST_NODES = 50_000;

  /// The time that the runtime takes to open a graph grows with their square.
  static final int MOST_OUTPUTS = 256;

  /// What is built into ONNX Runtime.
  private static final Set<String> DOMAINS = Set.of("", "ai.onnx.ml", "com.microsoft");

  private static final Set<String> DTYPES =
      Set.of(
          "float32",
          "float64",
          "int64",
          "int32",
          "bool",
          "uint8",
          "int8",
          "string",
          "float16",
          "bfloat16",
          "int16",
          "uint16",
          "uint32",
          "uint64");

  private final Bundle bundle;
  private final String file;
  private final List<Finding> findings;

  private OnnxGraphCheck(Bundle bundle, String file, List<Finding> findings) {
    this.bundle = bundle;
    this.file = file;
    this.findings = findings;
  }

  /// Everything that is wrong with the graphs of `bundle`; empty where nothing is.
  public static List<Finding> check(Bundle bundle) {
    Set<String> files = new LinkedHashSet<>();
    files.add(bundle.manifest().model().file());
    for (Step step : bundle.manifest().preprocessing()) {
      if (step instanceof Step.Onnx graph) {
        files.add(graph.file());
      }
    }
    List<Finding> findings = new ArrayList<>();
    for (String file : files) {
      new OnnxGraphCheck(bundle, file, findings).check();
    }
    return findings;
  }

  private void check() {
    try {
      if (!file.toLowerCase(Locale.ROOT).endsWith(".onnx")) {
        find("not_onnx", "a model's file is named *.onnx, not " + file);
        return;
      }
      OnnxFile read = OnnxFileReader.read(file, bundle.path(file));
      domains(read);
      size(read);
      read.trees().forEach(this::tree);
      findings.addAll(ExternalDataCheck.check(bundle, file, read.external()));
      read.inputs().forEach(this::input);
      read.outputs().forEach(this::output);
    } catch (InvalidBundle e) {
      findings.addAll(e.findings());
    }
  }

  private void domains(OnnxFile read) {
    Set<Operator> operators = new LinkedHashSet<>(read.body().keySet());
    read.functions().values().forEach(body -> operators.addAll(body.keySet()));
    Map<String, Set<String>> foreign =
        operators.stream()
            .filter(o -> !DOMAINS.contains(o.domain()) && !read.functions().containsKey(o))
            .collect(
                Collectors.groupingBy(
                    Operator::domain,
                    Collectors.mapping(Operator::name, Collectors.toCollection(TreeSet::new))));
    foreign.forEach(
        (domain, names) ->
            find(
                "custom_operator",
                file
                    + " uses operators of the domain \""
                    + domain
                    + "\" "
                    + names.stream().limit(10).toList()
                    + ", which need a library of their own; expected only the domains \"ai.onnx\","
                    + " \"ai.onnx.ml\" and \"com.microsoft\""));
  }

  private void size(OnnxFile read) {
    long nodes = ExpandedSize.of(read);
    if (nodes == ExpandedSize.ENDLESS) {
      find(
          "recursive_function",
          file + " has functions that call themselves, or each other without end");
    } else if (nodes == ExpandedSize.COUNTLESS) {
      find(
          "too_large",
          file + " has functions of more nodes than can be counted; at most " + MOST_NODES);
    } else if (nodes > MOST_NODES || read.nodes() > MOST_NODES) {
      find(
          "too_large",
          file + " has " + Math.max(nodes, read.nodes()) + " nodes; at most " + MOST_NODES);
    }
    if (read.outputs().size() > MOST_OUTPUTS) {
      find(
          "too_large",
          file + " has " + read.outputs().size() + " outputs; at most " + MOST_OUTPUTS);
    }
  }

  private void tree(TreeShape tree) {
    if (tree.fault() != null) {
      find("broken_tree", "the " + tree.operator() + " of " + file + " is broken: " + tree.fault());
    } else if (tree.depth() > MOST_TREE_DEPTH) {
      find(
          "tree_too_deep",
          "the "
              + tree.operator()
              + " of "
              + file
              + " has a tree of "
              + tree.depth()
              + " levels; at most "
              + MOST_TREE_DEPTH);
    }
  }

  private void input(String name, OnnxType type) {
    switch (type) {
      case OnnxType.Tensor(String dtype, List<Long> shape) when DTYPES.contains(dtype) -> {}
      case OnnxType.Tensor(String dtype, List<Long> shape) ->
          find(
              "unsupported_dtype",
              "the input \""
                  + name
                  + "\" of "
                  + file
                  + " is of "
                  + dtype
                  + "; expected one of "
                  + new TreeSet<>(DTYPES)
                  + " (put a Cast into the graph)");
      case OnnxType.Sequence s -> notTensor("input", name, "a sequence");
      case OnnxType.Mapping m -> notTensor("input", name, "a map");
      case OnnxType.Other o -> notTensor("input", name, "no tensor");
    }
  }

  private void output(String name, OnnxType type) {
    switch (type) {
      case OnnxType.Tensor(String dtype, List<Long> shape) when DTYPES.contains(dtype) -> {}
      case OnnxType.Tensor(String dtype, List<Long> shape) ->
          find("unsupported_dtype", "the output \"" + name + "\" of " + file + " is of " + dtype);
      case OnnxType.Sequence(OnnxType.Mapping m) ->
          notTensor(
              "output",
              name,
              "a sequence of maps (ZipMap); export the classifier with the option zipmap=False");
      case OnnxType.Sequence s -> notTensor("output", name, "a sequence");
      case OnnxType.Mapping m -> notTensor("output", name, "a map");
      // Some exporters leave outputs untyped; the runtime infers them.
      case OnnxType.Other o -> {}
    }
  }

  private void notTensor(String side, String name, String what) {
    find(
        "unsupported_" + side,
        "the " + side + " \"" + name + "\" of " + file + " is no tensor but " + what);
  }

  private void find(String code, String message) {
    findings.add(new Finding(code, file, message));
  }
}
