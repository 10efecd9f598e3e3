package io.vmatrace.checker.mm;

/** A system call that a task enters or returns from, with the arguments that the capture shows. One object is reused for every step. */
public final class SystemCall {
  /** Which, of those that work on mappings. */
  public enum Kind {
    MMAP,
    MUNMAP,
    MPROTECT,
    MREMAP,
    MADVISE,
    BRK,
    OTHER
  }

  private Kind kind = Kind.OTHER;
  private long start;
  private long length;
  private long flags;

  /** Makes it another one, of which no argument is known. */
  public SystemCall begin(Kind is) {
    kind = is;
    return arguments(0, 0, 0);
  }

  /** The arguments; 0 for what the capture does not show. */
  public SystemCall arguments(long startIs, long lengthIs, long flagsAre) {
    start = startIs;
    length = lengthIs;
    flags = flagsAre;
    return this;
  }

  public Kind kind() {
    return kind;
  }

  /** The address that it begins at. */
  public long start() {
    return start;
  }

  /** In bytes. */
  public long length() {
    return length;
  }

  /** The advice of madvise(). */
  public long flags() {
    return flags;
  }
}
