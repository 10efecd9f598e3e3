package io.vmatrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The command line, run inside the test. */
final class Runs {
  /** What a run left behind. */
  record Result(int status, String out, String err) {}

  private Runs() {}

  static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = Vmatrace.commandLine(new PrintWriter(out));
      int status = line.execute(arguments);
      return new Result(status, out.toString(), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
  }
}
