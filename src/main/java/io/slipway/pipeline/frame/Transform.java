package io.slipway.pipeline.frame;

/// A compiled step: reads and writes columns of one row. Immutable and shared by all threads; its
/// working memory is the frame or the stack.
@FunctionalInterface
public interface Transform {

  /// @throws RefusedInput where the step refuses the row
  void apply(Frame frame);
}
