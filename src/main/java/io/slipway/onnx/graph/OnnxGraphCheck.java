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

/// Checks every ONNX file that a bundle names, before ONNX Runtime opens it. It finds graphs that
/// would escape from the bundle, crash the process, or be of no use. What the runtime itself
/// refuses with a clear message, such as unknown operators, is left to it.
public final class OnnxGraphCheck {
  /// A tree of 2,000 levels overflows an ordinary stack inside the runtime; trained trees have less
  /// than 100.
  static final int MOST_TREE_DEPTH = 512;

  /// The runtime opens an ensemble in time that grows with the square of this.
  static final int MOST_TREES = 50_000;

  /// Nodes and leaves of an ensemble after the runtime has copied what branches share: about a
  /// second and 50 MB.
  static final int MOST_COPIED_NODES = 500_000;

  /// An ensemble that shares nothing has twice as many nodes and leaves as it has nodes.
  static final int MOST_COPIES = 4;

  /// Nodes after functions were inlined.
  static final long MOST_NODES = 50_000;

  /// The runtime opens a graph in time that grows with the square of this.
  static final int MOST_OUTPUTS = 256;

  /// The newest version that ONNX Runtime 1.29 reads; a test verifies it with the runtime.
  static final int NEWEST_IR = 13;

  static final int NEWEST_OPSET = 26;
  static final int NEWEST_ML_OPSET = 5;

  /// The operator domains that ONNX Runtime contains.
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

  /// All faults of the graphs of `bundle`; empty where there are none.
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
      release(read);
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

  /// Checks the versions of format and operator sets, of which the runtime reads older ones only.
  private void release(OnnxFile read) {
    if (read.irVersion() > NEWEST_IR) {
      find(
          "ir_version_too_new",
          file
              + " is of IR version "
              + read.irVersion()
              + "; the runtime reads up to "
              + NEWEST_IR
              + "; save it as that: "
              + python(
                  "import onnx; m = onnx.load('FILE', load_external_data=False);"
                      + " m.ir_version = "
                      + NEWEST_IR
                      + "; onnx.save(m, 'FILE')"));
    }
    read.opsets().forEach(this::opset);
  }

  private void opset(String domain, long version) {
    boolean general = domain.isEmpty() || domain.equals("ai.onnx");
    if (general && version > NEWEST_OPSET) {
      find(
          "opset_too_new",
          file
              + " is of opset "
              + version
              + "; the runtime has up to "
              + NEWEST_OPSET
              + ": export it with opset_version="
              + NEWEST_OPSET
              + " (target_opset in skl2onnx), or convert it: "
              + python(
                  "import onnx, onnx.version_converter as c; onnx.save(c.convert_version("
                      + "onnx.load('FILE'), "
                      + NEWEST_OPSET
                      + "), 'FILE')"));
    } else if (domain.equals("ai.onnx.ml") && version > NEWEST_ML_OPSET) {
      find(
          "opset_too_new",
          file
              + " is of opset "
              + version
              + " of ai.onnx.ml; the runtime has up to "
              + NEWEST_ML_OPSET
              + ": export it with target_opset={'ai.onnx.ml': "
              + NEWEST_ML_OPSET
              + "}");
    }
  }

  private String python(String line) {
    return "python3 -c \"" + line.replace("FILE", file) + "\"";
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
          file + " has functions that call themselves or each other endlessly");
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
    String ensemble = "the " + tree.operator() + " of " + file;
    if (tree.fault() != null) {
      find("broken_tree", ensemble + " is damaged: " + tree.fault());
    } else if (tree.depth() > MOST_TREE_DEPTH) {
      find(
          "tree_too_deep",
          ensemble + " has a tree of " + tree.depth() + " levels; at most " + MOST_TREE_DEPTH);
    } else if (tree.trees() > MOST_TREES) {
      find("too_large", ensemble + " has " + tree.trees() + " trees; at most " + MOST_TREES);
    } else if (tree.loaded() > Math.max(MOST_COPIED_NODES, (long) MOST_COPIES * tree.nodes())) {
      find(
          "too_large",
          ensemble
              + " has "
              + tree.nodes()
              + " nodes, but so many paths through them that the runtime, which copies a node for"
              + " each path to it, would load "
              + (tree.loaded() == TreeShape.COUNTLESS ? "more than " : "")
              + tree.loaded()
              + " nodes and leaves; at most "
              + Math.max(MOST_COPIED_NODES, (long) MOST_COPIES * tree.nodes()));
    }
  }

  private void input(String name, OnnxType type) {
    switch (type) {
      case OnnxType.Tensor t when DTYPES.contains(t.dtype()) -> {}
      case OnnxType.Tensor t -> dtype("input", name, t, "begin the graph with a Cast");
      case OnnxType.Sequence s ->
          notTensor("input", name, s, "take one tensor, and cut it by SplitToSequence");
      case OnnxType.Mapping m ->
          notTensor("input", name, m, "take the values as a tensor, in place of DictVectorizer");
      case OnnxType.Optional o -> notTensor("input", name, o, "take the tensor itself");
      case OnnxType.Sparse s -> notTensor("input", name, s, "take it dense");
      case OnnxType.Opaque o -> notTensor("input", name, o, "take its parts as tensors");
      case OnnxType.Untyped u -> notTensor("input", name, u, "declare its element type and shape");
    }
  }

  private void output(String name, OnnxType type) {
    switch (type) {
      case OnnxType.Tensor t when DTYPES.contains(t.dtype()) -> {}
      case OnnxType.Tensor t -> dtype("output", name, t, "end the graph with a Cast");
      case OnnxType.Sequence(OnnxType.Mapping m) ->
          find("unsupported_output", zipMap(name, " of " + file));
      case OnnxType.Sequence s ->
          notTensor("output", name, s, "give one tensor: ConcatFromSequence, or SequenceAt");
      case OnnxType.Mapping m -> notTensor("output", name, m, "give its values as a tensor");
      case OnnxType.Optional o -> notTensor("output", name, o, "give it by OptionalGetElement");
      case OnnxType.Sparse s -> notTensor("output", name, s, "give it dense");
      case OnnxType.Opaque o -> notTensor("output", name, o, "give its parts as tensors");
      // Some exporters leave outputs untyped; the runtime infers them.
      case OnnxType.Untyped u -> {}
    }
  }

  /// The advice for an output that is a sequence of maps.
  ///
  /// @param where it is, such as " of model.onnx"
  public static String zipMap(String output, String where) {
    return "the output \""
        + output
        + "\""
        + where
        + " is a sequence of maps, made by ZipMap; convert the classifier with"
        + " options={id(model): {'zipmap': False}} (skl2onnx, onnxmltools), or let"
        + " `slipway init --strip-zipmap` take the ZipMap out of the file";
  }

  private void dtype(String side, String name, OnnxType.Tensor type, String remedy) {
    find(
        "unsupported_dtype",
        side(side, name)
            + "of "
            + type.dtype()
            + "; expected one of "
            + new TreeSet<>(DTYPES)
            + ": "
            + remedy);
  }

  private void notTensor(String side, String name, OnnxType type, String remedy) {
    find("unsupported_" + side, side(side, name) + type.words() + "; expected a tensor: " + remedy);
  }

  private String side(String side, String name) {
    return "the " + side + " \"" + name + "\" of " + file + " is ";
  }

  private void find(String code, String message) {
    findings.add(new Finding(code, file, message));
  }
}
