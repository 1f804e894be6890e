package io.slipway.pipeline.mail;

import io.slipway.pipeline.frame.RefusedInput;
import java.util.ArrayList;
import java.util.List;

/// Parses a message like Python's `email.feedparser`, including damaged ones: a header block ends
/// at the first line that is not a header; a multipart without a boundary, or whose boundary never
/// occurs, is a single part; a part ends at a boundary of any enclosing multipart.
///
/// Linear in the message's length. The recursion depth is that of nested containers, which is
/// limited.
final class MimeParser {
  /// The nesting limit for any bundle, because of the stack.
  private static final int MOST_DEPTH = 200;

  /// Longer than the names of all headers that are kept.
  private static final int LONGEST_NAME = 40;

  private final byte[] raw;
  private final int maxParts;
  private final MimeLines lines;
  private final Part message;
  private final List<Part> leaves = new ArrayList<>();
  private int depth;

  MimeParser(byte[] raw, int maxParts) {
    this.raw = raw;
    this.maxParts = maxParts;
    lines = new MimeLines(raw);
    message = new Part("text/plain");
    parse(message);
  }

  /// The message itself.
  Part message() {
    return message;
  }

  /// The parts that are not containers, in order.
  List<Part> leaves() {
    return leaves;
  }

  /// Parses `part` from the current line on; returns the entity read last, which is `part` or
  /// inside of it.
  private Part parse(Part part) {
    int limit = Math.min(maxParts, MOST_DEPTH);
    if (depth++ > limit) {
      throw new RefusedInput.TooLarge("the mail's parts are nested deeper than " + limit);
    }
    headers(part);
    Part last =
        switch (part.mainType()) {
          case "message" ->
              part.contentType().equals("message/delivery-status")
                  ? statusBlocks()
                  : parse(new Part("text/plain"));
          case "multipart" -> multipart(part);
          default -> leaf(part);
        };
    depth--;
    return last;
  }

  private void headers(Part part) {
    int name = -1; // the start of the unfinished header
    int end = 0;
    int envelope = -1; // the start of the last line, if it is an envelope line
    for (boolean first = true; lines.next(); first = false) {
      if (!isHeader()) {
        if (!lines.isBlank()) {
          lines.back();
        }
        break;
      }
      byte c = raw[lines.start];
      if (c != ' ' && c != '\t') {
        header(part, name, end);
        boolean isEnvelope = isEnvelope(lines.start, lines.end);
        envelope = isEnvelope && !first ? lines.start : -1;
        name = isEnvelope || c == ':' ? -1 : lines.start;
      } else {
        envelope = -1;
      }
      end = lines.end;
    }
    if (envelope >= 0) {
      lines.back(envelope, end); // it counts as the first line of the body
    }
    header(part, name, end);
  }

  /// Whether the line is a header, a continuation or an envelope line.
  private boolean isHeader() {
    if (raw[lines.start] == ' ' || raw[lines.start] == '\t') {
      return true;
    }
    for (int i = lines.start; i < lines.end; i++) {
      if (raw[i] == ':') {
        return true;
      }
      if (raw[i] <= ' ' || raw[i] > '~') {
        break;
      }
    }
    return isEnvelope(lines.start, lines.end);
  }

  private boolean isEnvelope(int start, int end) {
    return end - start >= 5 && lines.latin1(start, start + 5).equals("From ");
  }

  /// Adds the header between `start` and `end`, continuation lines included, to `part`; none where
  /// `start` is negative.
  private void header(Part part, int start, int end) {
    if (start < 0) {
      return;
    }
    int colon = start;
    while (raw[colon] != ':') {
      colon++;
    }
    if (colon - start > LONGEST_NAME || !Part.keeps(lines.latin1(start, colon))) {
      return;
    }
    int from = colon + 1;
    while (from < end && isSpace(raw[from])) {
      from++;
    }
    int to = end;
    while (to > from && (raw[to - 1] == '\n' || raw[to - 1] == '\r')) {
      to--;
    }
    part.header(lines.latin1(start, colon), lines.latin1(from, to));
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  private Part leaf(Part part) {
    count(part);
    while (lines.next()) {
      part.body(raw, lines.start, lines.end);
    }
    return part;
  }

  private void count(Part part) {
    if (leaves.size() == maxParts) {
      throw new RefusedInput.TooLarge("the mail has more than " + maxParts + " parts");
    }
    leaves.add(part);
  }

  /// Parses the header blocks of a delivery status, each a message without a body.
  private Part statusBlocks() {
    while (true) {
      lines.openBlank();
      Part last = parse(new Part("text/plain"));
      lines.closeBlank();
      boolean blank = lines.next();
      if (!blank || !lines.next()) {
        return last;
      }
      lines.back();
    }
  }

  private Part multipart(Part part) {
    String boundary = part.boundary();
    if (boundary == null || !findFirst(boundary)) {
      return leaf(part);
    }
    String childType =
        part.contentType().equals("multipart/digest") ? "message/rfc822" : "text/plain";
    while (lines.next()) {
      int separator = lines.separates(boundary);
      if (separator == 2) {
        skip();
        return part;
      }
      if (separator == 1) {
        skipSeparators(boundary);
        lines.open(boundary);
        Part last = parse(new Part(childType));
        lines.close(boundary);
        if (!last.mainType().equals("multipart")) {
          last.dropLastLineBreak();
        }
      }
    }
    return part;
  }

  /// Advances to the first separator and pushes it back; false where the parts or the entity end
  /// before one.
  private boolean findFirst(String boundary) {
    while (lines.next()) {
      int separator = lines.separates(boundary);
      if (separator == 1) {
        lines.back();
        return true;
      }
      if (separator == 2) {
        skip();
        return false;
      }
    }
    return false;
  }

  private void skipSeparators(String boundary) {
    while (lines.next()) {
      if (lines.separates(boundary) == 0) {
        lines.back();
        return;
      }
    }
  }

  private void skip() {
    while (lines.next()) {
      continue;
    }
  }
}
