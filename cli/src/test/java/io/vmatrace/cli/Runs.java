package io.vmatrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The command line, run inside the test. */
final class Runs {
  /** What a run left. */
  record Result(int status, String out, String err) {}

  private Runs() {}

  static Result run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8);
      int status = Vmatrace.commandLine(stream, arguments).execute(arguments);
      stream.flush();
      return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
  }
}
