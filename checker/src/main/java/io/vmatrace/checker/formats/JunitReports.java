package io.vmatrace.checker.formats;

import io.vmatrace.checker.formats.TestCase.Outcome;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.ReportOutput;
import io.vmatrace.checker.report.ReportWriter;
import io.vmatrace.checker.report.Summary;
import io.vmatrace.checker.report.Unread;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Reports as JUnit's XML, as Jenkins' xunit plugin validates it (junit-10.xsd) and GitLab's parser reads it: a suite for each capture, a
 * case for each rule. GitLab merges cases of the same class and name, so the class is the capture. It shows the text of a failure.
 */
final class JunitReports implements ReportWriter {
  private final XMLStreamWriter xml;
  private final DistinctNames names = new DistinctNames();

  JunitReports(ReportOutput output) {
    try {
      xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(output.out());
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the library does, which fails only where the output does. */
  private interface Writing {
    void write() throws XMLStreamException;
  }

  private static void write(Writing writing) {
    try {
      writing.write();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("XML cannot be written", e);
    }
  }

  @Override
  public void begin(boolean several) {
    write(() -> {
      xml.writeStartDocument("UTF-8", "1.0");
      line();
      xml.writeStartElement("testsuites");
      xml.writeAttribute("name", "vmatrace");
      line();
    });
  }

  @Override
  public void capture(Report report) {
    suite(report.path(), TestCase.of(report));
  }

  @Override
  public void unread(Unread input) {
    suite(input.path(), List.of(TestCase.of(input)));
  }

  private void suite(String path, List<TestCase> tests) {
    String name = Visible.of(names.of(path));
    write(() -> {
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", name);
      xml.writeAttribute("tests", String.valueOf(tests.size()));
      xml.writeAttribute("failures", count(tests, EnumSet.of(Outcome.FAILED)));
      xml.writeAttribute("errors", count(tests, EnumSet.of(Outcome.ERROR)));
      xml.writeAttribute("skipped", count(tests, EnumSet.of(Outcome.SKIPPED, Outcome.INCONCLUSIVE)));
      line();
      for (TestCase test : tests) {
        testCase(name, test);
      }
      xml.writeEndElement();
      line();
      xml.flush();
    });
  }

  private static String count(List<TestCase> tests, Set<Outcome> outcomes) {
    return String.valueOf(tests.stream().filter(test -> outcomes.contains(test.outcome())).count());
  }

  private void testCase(String capture, TestCase test) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", capture);
    xml.writeAttribute("name", test.name());
    switch (test.outcome()) {
      case PASSED -> {}
      case FAILED -> result("failure", test);
      case ERROR -> result("error", test);
      case SKIPPED, INCONCLUSIVE -> result("skipped", test);
      case KNOWN -> element("system-out", Visible.of(test.reason()));
    }
    if (test.outcome() != Outcome.FAILED && !test.lines().isEmpty()) {
      element("system-out", lines(test));
    }
    xml.writeEndElement();
    line();
  }

  private void result(String element, TestCase test) throws XMLStreamException {
    xml.writeStartElement(element);
    xml.writeAttribute("message", Visible.of(test.reason()));
    if (test.outcome() == Outcome.FAILED) {
      xml.writeCharacters(lines(test));
    }
    xml.writeEndElement();
  }

  private void element(String name, String text) throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeCharacters(text);
    xml.writeEndElement();
  }

  private static String lines(TestCase test) {
    return test.lines().stream().map(Visible::of).collect(Collectors.joining("\n"));
  }

  private void line() throws XMLStreamException {
    xml.writeCharacters("\n");
  }

  @Override
  public void end(Summary summary) {
    write(() -> {
      xml.writeEndElement();
      line();
      xml.writeEndDocument();
      xml.flush();
    });
  }
}
