package io.vmatrace.parser.input;

/** A capture, or the rest of one, cannot be read. The message is one line for a person: what, where, what to do. */
public final class CaptureException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String path;

  public CaptureException(String path, String message) {
    super(path + ": " + message);
    this.path = path;
  }

  public CaptureException(String path, String message, Throwable cause) {
    super(path + ": " + message, cause);
    this.path = path;
  }

  public String path() {
    return path;
  }
}
