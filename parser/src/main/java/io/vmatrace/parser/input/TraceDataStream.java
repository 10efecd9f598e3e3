package io.vmatrace.parser.input;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What an HTML page of systrace has in its elements {@code <script class="trace-data" …>}, and nothing else of it. */
final class TraceDataStream extends InputStream {
  private static final byte[] BEGIN = "class=\"trace-data\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "</script>".getBytes(StandardCharsets.US_ASCII);

  private final BufferedInputStream in;
  private boolean inside;

  TraceDataStream(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  @Override
  public int read() throws IOException {
    while (true) {
      if (!inside && !enter()) {
        return -1;
      }
      int b = in.read();
      if (b == '<' && is(END, 1)) {
        inside = false;
      } else {
        return b;
      }
    }
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    int n = 0;
    for (int b; n < length && (b = read()) >= 0; n++) {
      buffer[from + n] = (byte) b;
    }
    return n == 0 && length > 0 ? -1 : n;
  }

  /** Moves to the first byte of the next such element; false when there is none. */
  private boolean enter() throws IOException {
    for (int b; (b = in.read()) >= 0; ) {
      if (b == BEGIN[0] && is(BEGIN, 1)) {
        for (int c = in.read(); c >= 0 && c != '>'; c = in.read()) {}
        inside = true;
        return true;
      }
    }
    return false;
  }

  /** Whether the rest of some bytes comes next; if so it is skipped. */
  private boolean is(byte[] what, int from) throws IOException {
    in.mark(what.length);
    for (int i = from; i < what.length; i++) {
      if (in.read() != what[i]) {
        in.reset();
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
