package io.vmatrace.checker.rule;

/** How bad a violation is (docs/PROTOCOL.md, Rules). */
public enum Severity {
  /** S1: memory safety. */
  MEMORY_SAFETY("memory-safety"),
  /** S2: wrong data or semantics. */
  WRONG_RESULT("wrong-result"),
  /** S3: deadlock or hang. */
  HANG("hang");

  private final String text;

  Severity(String text) {
    this.text = text;
  }

  /** Whether it is as bad as another, or worse: hangs are the least. */
  public boolean isAtLeast(Severity other) {
    return compareTo(other) <= 0;
  }

  /** The name used in reports. */
  public String text() {
    return text;
  }
}
