package io.vmatrace.parser.input;

/** A capture, or the rest of one, cannot be read. The message is one line for a person: what, where, what to do. */
public final class CaptureException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String path;

  public CaptureException(String path, String message) {
    super(path + ": " + line(message));
    this.path = path;
  }

  public CaptureException(String path, String message, Throwable cause) {
    super(path + ": " + line(message), cause);
    this.path = path;
  }

  public String path() {
    return path;
  }

  /** What a message quotes from a file may hold anything; it stays one line that a terminal can show. */
  private static String line(String message) {
    return message.replaceAll("\\p{Cntrl}", "?");
  }
}
