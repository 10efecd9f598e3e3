package io.vmatrace.checker.concurrent;

/** The parts of the tests' states. */
final class Parts {
  static final long START = 0x1000;
  static final long END = 0x3000;

  private static final PageTable PAGES = new PageTable();

  private Parts() {}

  /** An mm outside of a write section, mm_lock_seq 0. */
  static Mm mm() {
    return new Mm(new ConcurrentRwSemaphore(), PAGES);
  }

  /** A VMA that is attached and not locked. */
  static Vma attached(Mm mm) {
    Vma vma = new Vma();
    vma.init(mm, START, END);
    vma.attach();
    return vma;
  }
}
