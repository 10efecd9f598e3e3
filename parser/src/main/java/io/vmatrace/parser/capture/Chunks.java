package io.vmatrace.parser.capture;

import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.text.Chunk;
import java.util.Arrays;

/** Cuts an input into chunks at line ends. What follows the last line end of one chunk begins the next. */
final class Chunks {
  private final Input input;
  private byte[] rest = new byte[0];
  private boolean ended;

  Chunks(Input input) {
    this.input = input;
  }

  /** Fills a chunk; false when there is nothing left. */
  boolean next(Chunk chunk) throws CaptureException {
    chunk.skipped = 0;
    chunk.complete = true;
    int filled = rest.length;
    System.arraycopy(rest, 0, chunk.bytes, 0, filled);
    rest = new byte[0];
    int end = 0;
    while (!ended && end == 0) {
      int n = input.read(chunk.bytes, filled, chunk.bytes.length);
      ended = filled + n < chunk.bytes.length;
      filled += n;
      end = ended ? filled : ByteScan.afterLastNewline(chunk.bytes, 0, filled);
      if (end == 0) {
        chunk.skipped += filled; // a line longer than a chunk: only its end is wanted
        filled = 0;
      } else if (chunk.skipped > 0) {
        filled = dropLineEnd(chunk, filled);
        end = ended ? filled : ByteScan.afterLastNewline(chunk.bytes, 0, filled);
        if (end == 0 && !ended) {
          break;
        }
      }
    }
    if (ended && end == 0) {
      end = filled;
    }
    chunk.to = end;
    rest = Arrays.copyOfRange(chunk.bytes, end, filled);
    chunk.complete = end == 0 || chunk.bytes[end - 1] == '\n';
    return end > 0 || chunk.skipped > 0;
  }

  /** How many bytes of the file itself have been read. */
  long compressedBytes() {
    return input.compressedBytes();
  }

  /** Moves the rest of a skipped line out of the chunk; how many bytes are left. */
  private static int dropLineEnd(Chunk chunk, int filled) {
    int newline = ByteScan.newline(chunk.bytes, 0, filled);
    int from = Math.min(newline + 1, filled);
    chunk.skipped += from;
    System.arraycopy(chunk.bytes, from, chunk.bytes, 0, filled - from);
    return filled - from;
  }
}
