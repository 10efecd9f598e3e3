package io.vmatrace.parser.ftrace;

/** How wide the lines of a log are: many that end at one column, and none behind it, were wrapped there. */
final class Widths {
  /** One line in so many has to end there. */
  private static final int ONE_IN = 12;

  private static final int FEW = 8;

  /** No event of the mmap_lock, of a page fault, of the maple tree or of a probe is as short as this, with what is before it in a dump. */
  private static final int NARROW = 80;

  private long lines;
  private long atWidest;
  private int widest;

  /** Takes the line in [from, to), which has no newline. */
  void note(byte[] b, int from, int to) {
    int width = to - from - (to > from && b[to - 1] == '\r' ? 1 : 0);
    lines += width > 0 ? 1 : 0;
    if (width > widest) {
      widest = width;
      atWidest = 0;
    }
    atWidest += width == widest ? 1 : 0;
  }

  /** The column at which most long lines were cut, or behind which no line goes on; 0 where nothing says that there is one. */
  int wrappedAt() {
    boolean hard = atWidest >= FEW && atWidest * ONE_IN >= lines;
    return lines >= FEW && (hard || widest <= NARROW) ? widest : 0;
  }
}
