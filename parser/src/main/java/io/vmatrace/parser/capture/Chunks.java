package io.vmatrace.parser.capture;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.text.Chunk;
import java.util.Arrays;

/** Cuts an input into chunks at line ends. What follows the last line end of one chunk begins the next. */
final class Chunks {
  /** Bytes without a line end after which nobody waits for one any more. */
  static final int MOST_WITHOUT_LINE_END = 16 << 20;

  /** The format is told by so many lines, of a stream too that brings one at a time: the kernel's heading has eleven. */
  private static final int FIRST_LINES = 16;

  /** U+FEFF, which editors put before a text. */
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final Input input;
  private boolean begun;
  private byte[] rest = new byte[0];
  private boolean ended;

  Chunks(Input input) {
    this.input = input;
  }

  /** Fills a chunk; false when there is nothing left. */
  boolean next(Chunk chunk) throws CaptureException {
    chunk.from = 0;
    chunk.skipped = 0;
    chunk.complete = true;
    int filled = rest.length;
    System.arraycopy(rest, 0, chunk.bytes, 0, filled);
    rest = new byte[0];
    int end = 0;
    while (!ended && end == 0) {
      int n = input.readLines(chunk.bytes, filled, chunk.bytes.length, begun ? 1 : FIRST_LINES);
      ended = input.isFollowed() ? n == 0 && filled < chunk.bytes.length : filled + n < chunk.bytes.length;
      filled += n;
      if (ended && input.isStopped()) {
        filled = ByteScan.afterLastNewline(chunk.bytes, 0, filled);
      }
      end = ended ? filled : ByteScan.afterLastNewline(chunk.bytes, 0, filled);
      if (end == 0) {
        chunk.skipped += filled; // a line longer than a chunk: only its end is wanted
        filled = 0;
        if (chunk.skipped > MOST_WITHOUT_LINE_END) {
          throw input.refusal("a line has more than %d MiB and no end: this is no trace".formatted(MOST_WITHOUT_LINE_END >> 20));
        }
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
    if (!begun && chunk.skipped == 0 && Ascii.startsWith(chunk.bytes, 0, end, BYTE_ORDER_MARK)) {
      chunk.from = BYTE_ORDER_MARK.length;
    }
    begun = true;
    chunk.to = end;
    rest = Arrays.copyOfRange(chunk.bytes, end, filled);
    chunk.complete = end == 0 || chunk.bytes[end - 1] == '\n';
    return end > 0 || chunk.skipped > 0;
  }

  /** Leaves bytes out: what follows them begins a line. */
  void skip(long bytes) throws CaptureException {
    int ofRest = (int) Math.min(rest.length, bytes);
    rest = Arrays.copyOfRange(rest, ofRest, rest.length);
    input.skip(bytes - ofRest);
    begun = true;
  }

  /** Whether the end of the input has been met, so that no chunk follows. */
  boolean isEnded() {
    return ended && rest.length == 0;
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
