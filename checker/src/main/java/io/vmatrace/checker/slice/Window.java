package io.vmatrace.checker.slice;

import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.input.CaptureException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Lines of a capture in a file, after a few that say what it is: a capture too. So memory does not grow with the lines.
 *
 * @param file has them
 * @param head how many lines come before those of the capture
 * @param lines how many those are
 */
record Window(Path file, int head, int lines) {
  private static final int BUFFER_BYTES = 1 << 16;

  /** What writes lines. */
  interface Writing {
    void to(OutputStream out) throws CaptureException, IOException;
  }

  /** Writes one to a file, as if all its lines were of the capture. */
  static Window of(Path file, Writing writing) throws CaptureException, IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES)) {
      writing.to(out);
    }
    int[] lines = {0};
    byte[] last = {'\n'};
    eachPiece(
        file,
        (bytes, from, to) -> {
          last[0] = bytes[to - 1];
          lines[0] += last[0] == '\n' ? 1 : 0;
        });
    return new Window(file, 0, lines[0] + (last[0] == '\n' ? 0 : 1));
  }

  /** The same, of whose lines so many are not of the capture. */
  Window withHead(int more) {
    return new Window(file, more, lines - more);
  }

  /** Writes the lines but some, and what comes before them, to another file. */
  Window without(BitSet left, Path to) throws IOException {
    int[] line = {-head};
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), BUFFER_BYTES)) {
      eachPiece(
          file,
          (bytes, from, end) -> {
            if (line[0] < 0 || !left.get(line[0])) {
              out.write(bytes, from, end - from);
            }
            line[0] += bytes[end - 1] == '\n' ? 1 : 0;
          });
    }
    return new Window(to, head, lines - left.cardinality());
  }

  /** A line, or a piece of one that a buffer does not hold whole. */
  private interface Piece {
    void at(byte[] bytes, int from, int to) throws IOException;
  }

  private static void eachPiece(Path file, Piece piece) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        for (int from = 0; from < n; ) {
          int to = Math.min(ByteScan.newline(buffer, from, n) + 1, n);
          piece.at(buffer, from, to);
          from = to;
        }
      }
    }
  }
}
