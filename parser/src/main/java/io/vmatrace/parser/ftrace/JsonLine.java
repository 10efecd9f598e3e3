package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import java.util.Arrays;
import java.util.List;

/**
 * A line of a log inside JSON, as the logs of containers and of LAVA have it; what is escaped in it stays so.
 *
 * <pre>
 * {"log":"[   99.057001] message\n","stream":"stdout","time":"2025-07-28T12:00:00.1Z"}           Docker
 * - {"dt": "2025-07-28T12:00:00.123456", "lvl": "target", "msg": "[   99.057001] message"}       LAVA's output.yaml
 * </pre>
 */
final class JsonLine {
  private static final List<byte[]> KEYS = List.of(ConsoleLine.ascii("\"log\":"), ConsoleLine.ascii("\"msg\":"));
  private static final int MOST_AHEAD = 120;

  private JsonLine() {}

  /** Where the text begins; {@code from} where the line is none of these. */
  static int begin(byte[] b, int from, int to) {
    int i = from + 1 < to && b[from] == '-' && b[from + 1] == ' ' ? from + 2 : from;
    if (i + 1 >= to || b[i] != '{' || b[i + 1] != '"') {
      return from;
    }
    for (byte[] key : KEYS) {
      int at = find(b, i + 1, Math.min(to, i + MOST_AHEAD), key);
      int quote = at < 0 ? to : Ascii.afterSpaces(b, at + key.length, to);
      if (quote < to && b[quote] == '"') {
        return quote + 1;
      }
    }
    return from;
  }

  /** Where a text that begins at {@code from} ends, without the newline that is escaped at its end, and without blanks there. */
  static int end(byte[] b, int from, int to) {
    int end = from;
    while (end < to && b[end] != '"') {
      end += b[end] == '\\' ? 2 : 1;
    }
    end = Math.min(end, to);
    while (end - 2 >= from && b[end - 2] == '\\' && (b[end - 1] == 'n' || b[end - 1] == 'r')) {
      end -= 2;
    }
    while (end > from && b[end - 1] == ' ') {
      end--;
    }
    return end;
  }

  private static int find(byte[] b, int from, int to, byte[] key) {
    if (!ByteScan.contains(b, from, to, key)) {
      return -1;
    }
    int i = from;
    while (!Arrays.equals(b, i, i + key.length, key, 0, key.length)) {
      i++;
    }
    return i;
  }
}
