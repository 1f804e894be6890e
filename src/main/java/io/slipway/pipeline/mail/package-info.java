/// Mail: from an RFC 5322 message to its columns.
@NullMarked
package io.slipway.pipeline.mail;

import org.jspecify.annotations.NullMarked;
