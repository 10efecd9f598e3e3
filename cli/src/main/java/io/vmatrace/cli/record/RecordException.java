package io.vmatrace.cli.record;

/** Why nothing can be recorded, or no more, in one line for the user. */
public final class RecordException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean isUsage;

  private RecordException(String message, boolean isUsage) {
    super(message);
    this.isUsage = isUsage;
  }

  /** This machine does not allow it; of what a library says the first line is kept. */
  static RecordException refused(String why) {
    return new RecordException(why.lines().findFirst().orElse("").strip(), false);
  }

  /** The command line asks for what is not there. */
  static RecordException usage(String why) {
    return new RecordException(why, true);
  }

  /** Whether another command line would help. */
  public boolean isUsage() {
    return isUsage;
  }
}
