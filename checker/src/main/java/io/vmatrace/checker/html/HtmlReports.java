package io.vmatrace.checker.html;

import io.vmatrace.checker.report.Illustration;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.report.ReportOutput;
import io.vmatrace.checker.report.ReportWriter;
import io.vmatrace.checker.report.Spool;
import io.vmatrace.checker.report.Summary;
import io.vmatrace.checker.report.Unread;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Reports as one page that needs nothing else: it asks for nothing, and its Content-Security-Policy would not let it. The run's verdict, known only
 * at its end, stands before the captures: until then they are in a {@link Spool}.
 */
public final class HtmlReports implements ReportWriter {
  private final ReportOutput output;
  private final Spool spool = new Spool();
  private final Contents contents = new Contents();
  private int captures;

  public HtmlReports(ReportOutput output) {
    this.output = output;
  }

  @Override
  public void begin(boolean several) {
    // what comes first is known last
  }

  @Override
  public void capture(Report report) {
    capture(report, null);
  }

  @Override
  public void capture(Report report, @Nullable Illustration beside) {
    spool("<section class=\"capture\" id=\"capture-%d\">\n".formatted(++captures));
    contents.add(captures, report.verdict(), report.path());
    new CaptureHtml(report, captures, beside instanceof PageData data ? data : null).write(this::spool);
    spool("</section>\n");
  }

  @Override
  public void unread(Unread input) {
    Markup out = new Markup();
    out.open("section", "class", "capture", "id", "capture-" + ++captures);
    contents.add(captures, input.verdict(), input.path());
    out.open("h2").element("span", input.verdict().name(), "class", CaptureHtml.verdictClass(input.verdict())).text(" " + input.path()).close();
    out.element("p", input.error()).close();
    spool(out.toString());
  }

  private void spool(String text) {
    try {
      spool.writer().write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void end(Summary summary) {
    Verdict worst = summary.worst();
    Markup head = new Markup();
    head.open("header", "class", "top");
    head.open("h1").element("span", worst.name(), "class", CaptureHtml.verdictClass(worst)).text(" " + summary.text()).close();
    head.element("button", "Colours: as the system has them", "type", "button", "id", "theme");
    head.close();
    output.write(PageParts.begin("vmatrace: " + worst.name()));
    output.write(head.toString());
    output.write("<main>\n");
    Markup list = new Markup();
    contents.write(list);
    output.write(list.toString());
    spool.copyTo(output, 0);
    Markup foot = new Markup();
    foot.open("footer").element("p", "vmatrace %s. This page is whole: it asks nothing of any network. The charts' axes are drawn with uPlot (MIT licence, at the end of its source).".formatted(output.version())).close();
    output.write("</main>\n" + foot);
    output.write(PageParts.end());
  }

  @Override
  public void close() {
    spool.close();
  }
}
