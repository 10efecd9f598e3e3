package io.vmatrace.checker.conform;

/** What happens to a VMA, packed into a number: an event of a task at a point, or what is known otherwise. */
final class Symbol {
  /** What is known of the tree, beside an event. */
  enum Tree {
    /** As it was. */
    SAME,
    /** It has the VMA, or may not. */
    UNKNOWN,
    HAS,
    HAS_NOT
  }

  /** What is no event of a point. */
  enum Kind {
    EVENT,
    /** The task goes on: what it was inside of is over. */
    GOES_ON,
    /** The task has begun a write section. */
    BEGINS_SECTION,
    /** The task is in a write section, and what it has done there is not known. */
    IN_SECTION,
    /** The VMA is new. */
    BORN,
    /** What is known of the tree changes. */
    TREE,
    /** The task stores something in the tree at the VMA's place. */
    STORE,
    /** That a task outside the capture was needed is counted. */
    SETTLES_CHARGE
  }

  private static final int POINT_BITS = 6;
  private static final int KIND_BITS = 3;
  private static final int SLOT_BITS = 3;
  private static final int TREE_BITS = 2;
  private static final int SLOT = POINT_BITS + KIND_BITS;
  private static final int TREE = SLOT + SLOT_BITS;
  private static final int FREE = TREE + TREE_BITS;
  private static final int LENIENT = FREE + 1;
  private static final int SEEN = LENIENT + 1;

  private static final Point[] POINTS = Point.values();
  private static final Kind[] KINDS = Kind.values();
  private static final Tree[] TREES = Tree.values();

  private Symbol() {}

  static long event(Point point, int slot, int seen, Tree tree) {
    return point.ordinal() | (long) slot << SLOT | (long) tree.ordinal() << TREE | (long) seen << SEEN;
  }

  /** The VMA is new: the tasks of some slots, a bit for each, were inside of something at the one that had its memory before. */
  static long born(int left) {
    return (long) Kind.BORN.ordinal() << POINT_BITS | (long) left << SEEN;
  }

  static long of(Kind kind, int slot, Tree tree) {
    return (long) kind.ordinal() << POINT_BITS | (long) slot << SLOT | (long) tree.ordinal() << TREE;
  }

  /** The same while there are look-ups of which nobody knows what they have found: each may have a reference. */
  static long withStrangers(long symbol) {
    return symbol | 1L << FREE;
  }

  /** The same, but that returns of the task may be missing before it. */
  static long withoutReturns(long symbol) {
    return symbol | 1L << LENIENT;
  }

  static Kind kind(long symbol) {
    return KINDS[(int) (symbol >>> POINT_BITS) & (1 << KIND_BITS) - 1];
  }

  static Point point(long symbol) {
    return POINTS[(int) symbol & (1 << POINT_BITS) - 1];
  }

  static int slot(long symbol) {
    return (int) (symbol >>> SLOT) & (1 << SLOT_BITS) - 1;
  }

  static Tree tree(long symbol) {
    return TREES[(int) (symbol >>> TREE) & (1 << TREE_BITS) - 1];
  }

  static boolean hasStrangers(long symbol) {
    return (symbol >>> FREE & 1) != 0;
  }

  static boolean mayLackReturns(long symbol) {
    return (symbol >>> LENIENT & 1) != 0;
  }

  static int seen(long symbol) {
    return (int) (symbol >>> SEEN);
  }
}
