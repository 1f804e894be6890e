/// The working memory of one row and what the steps agree on: columns, their types, how input is
/// refused.
@NullMarked
package io.slipway.pipeline.frame;

import org.jspecify.annotations.NullMarked;
