package io.vmatrace.checker.rule;

/** How bad a violation is (docs/PROTOCOL.md, Rules). */
public enum Severity {
  /** S1: memory safety. */
  MEMORY_SAFETY("memory-safety"),
  /** S2: wrong data or semantics. */
  WRONG_RESULT("wrong-result"),
  /** S3: deadlock or hang. */
  HANG("hang"),
  /** S4: no breach of the protocol. What it does takes longer than it need, and no run fails for that unless it is asked to. */
  PERFORMANCE("performance");

  private final String text;

  Severity(String text) {
    this.text = text;
  }

  /** Whether it is as bad as another, or worse. */
  public boolean isAtLeast(Severity other) {
    return compareTo(other) <= 0;
  }

  /** The name used in reports. */
  public String text() {
    return text;
  }
}
