package io.vmatrace.parser.input;

/** A capture, or the rest of one, cannot be read. The message is one line for a person: what, where, what to do. */
public final class CaptureException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final boolean noCapture;

  public CaptureException(String path, String message) {
    this(path, message, false);
  }

  private CaptureException(String path, String message, boolean noCapture) {
    super(path + ": " + line(message));
    this.path = path;
    this.noCapture = noCapture;
  }

  /** The file is no capture. */
  public static CaptureException noCapture(String path, String message) {
    return new CaptureException(path, message, true);
  }

  public CaptureException(String path, String message, Throwable cause) {
    super(path + ": " + line(message), cause);
    this.path = path;
    noCapture = false;
  }

  public String path() {
    return path;
  }

  /** The message without the path. */
  public String reason() {
    return String.valueOf(getMessage()).substring(path.length() + 2);
  }

  /** Whether it is no capture at all, as opposed to a damaged one. */
  public boolean isNoCapture() {
    return noCapture;
  }

  /** A quote from a file may contain anything; the message stays one printable line. */
  private static String line(String message) {
    return message.replaceAll("\\p{Cntrl}", "?");
  }
}
