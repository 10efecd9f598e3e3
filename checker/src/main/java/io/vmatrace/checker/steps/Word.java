package io.vmatrace.checker.steps;

/** The names that steps have for values. */
public final class Word {
  /** Of vm_refcnt: nothing left. */
  static final int ZERO = 0;

  /** The flag alone: what a detach waits for. */
  static final int FLAG_ALONE = 1;

  /** The flag and the attachment: what a write lock waits for. */
  static final int FLAG_AND_ONE = 2;

  /** Anything else. */
  static final int OTHER = 3;

  static final int GRANTED = 0;
  static final int AGAIN = 1;
  static final int REFUSED = 2;

  /** vm_lock_seq of a VMA that was never locked. */
  public static final int NEVER_LOCKED = 15;

  private Word() {}

  /** The value of a name or number, or -1. */
  static int value(String name) {
    return switch (name) {
      case "none", "zero", "granted" -> 0;
      case "flag", "again" -> 1;
      case "flag+1", "refused" -> 2;
      case "other-count" -> OTHER;
      default -> Character.isDigit(name.charAt(0)) ? Integer.parseInt(name) : -1;
    };
  }
}
