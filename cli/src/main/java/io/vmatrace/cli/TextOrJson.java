package io.vmatrace.cli;

import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.report.JsonRun;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.report.Unread;
import java.io.PrintWriter;
import java.util.function.BiFunction;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.node.ObjectNode;

/** What a command writes its reports as; the names are what the user types. */
enum TextOrJson {
  text,
  json;

  /**
   * How a command's reports are written.
   *
   * @param schema of the JSON of a run
   * @param json a report as the object of its capture
   * @param text a report as text, ending in a newline
   */
  record Form<R>(String schema, Function<R, ObjectNode> json, BiFunction<R, Style, String> text) {}

  /** Writes reports, capture after capture, and keeps none. */
  interface Writer<R> {
    /**
     * The next capture's report.
     *
     * @param several whether it is one of several
     */
    void capture(R report, boolean several);

    /** The next input, which has no report. */
    void unread(Unread input);

    /** There are no more; JSON without this is cut short, and shows it. */
    void end();
  }

  static OptionSpec option() {
    return Commands.format(text, TextOrJson::name);
  }

  /** A writer for the format that was given on a command line that has been parsed. */
  static <R> Writer<R> writer(CommandSpec spec, Form<R> form) {
    return spec.commandLine().getParseResult().<TextOrJson>matchedOptionValue(Commands.FORMAT, text).writer(form, spec.commandLine().getOut());
  }

  /** A writer for this format. */
  <R> Writer<R> writer(Form<R> form, PrintWriter out) {
    return this == text ? new Pages<>(form, out) : new Objects<>(form, new JsonRun(out, JsonParts.run(form.schema(), Version.text())), out);
  }

  private record Pages<R>(Form<R> form, PrintWriter out) implements Writer<R> {
    @Override
    public void capture(R report, boolean several) {
      out.print(form.text().apply(report, Terminal.style()));
      out.print(several ? "\n" : "");
    }

    @Override
    public void unread(Unread input) {
      if (!Terminal.isOneScreen()) {
        out.println("%s  %s: %s".formatted(input.verdict().name(), input.path(), input.error()));
      }
    }

    @Override
    public void end() {
      out.flush();
    }
  }

  private record Objects<R>(Form<R> form, JsonRun run, PrintWriter out) implements Writer<R> {
    @Override
    public void capture(R report, boolean several) {
      run.capture(form.json().apply(report));
    }

    @Override
    public void unread(Unread input) {
      run.capture(JsonParts.unread(input));
    }

    @Override
    public void end() {
      run.close();
      out.flush();
    }
  }
}
