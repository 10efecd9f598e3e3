package io.vmatrace.cli;

import java.io.IOException;
import java.io.PrintWriter;

/** What goes wrong inside the program, in one line: no verdict comes of it. */
final class Failure {
  private Failure() {}

  /** Says what happened; returns the status. */
  static int say(Throwable e, PrintWriter err) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    err.println("vmatrace: " + what(e, root));
    return ExitStatus.INTERNAL.code();
  }

  private static String what(Throwable e, Throwable root) {
    return switch (root) {
      case OutOfMemoryError _ when String.valueOf(root.getMessage()).contains("thread") -> "no thread can be made: raise the limit of processes (ulimit -u), or give it more memory";
      case OutOfMemoryError _ -> "out of memory: what is live in this capture does not fit in %d MiB; give it more, for example VMATRACE_HEAP=2g".formatted(Runtime.getRuntime().maxMemory() >> 20);
      case StackOverflowError _ -> "internal error: the stack overflows%s; please report it with the capture".formatted(at(root));
      case LinkageError _ when isLoading(root) ->
          "a library of the program cannot be loaded: %s; see TMPDIR (%s), and the limits (ulimit -f, -v)".formatted(firstLine(root), System.getProperty("java.io.tmpdir"));
      case LinkageError _, ClassNotFoundException _ -> "a part of the program is missing or damaged (%s): build or install it anew".formatted(root.toString().lines().findFirst().orElse(""));
      case IOException _ -> "cannot go on: %s (temporary files are made in %s, see TMPDIR)".formatted(root.getMessage(), System.getProperty("java.io.tmpdir"));
      default -> "internal error: %s%s (%s); please report it with the capture".formatted(firstLine(e), at(root), root);
    };
  }

  /** Whether a library was there, and could not be unpacked into the folder for temporary files or be mapped from there. */
  private static boolean isLoading(Throwable root) {
    String message = String.valueOf(root.getMessage());
    return message.contains("Cannot unpack") || message.contains("failed to map segment") || message.contains("cannot allocate memory");
  }

  private static String at(Throwable root) {
    return root.getStackTrace().length > 0 ? " at " + root.getStackTrace()[0] : "";
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
