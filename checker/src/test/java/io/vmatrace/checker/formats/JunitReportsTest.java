package io.vmatrace.checker.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** JUnit's XML by the schema of Jenkins' xunit plugin, and by what GitLab's parser reads of it. */
class JunitReportsTest {
  private static final String WRITTEN = OddRuns.written(CheckFormat.JUNIT);

  private static Document parse() throws Exception {
    return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(new ByteArrayInputStream(WRITTEN.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  @Test
  void shouldBeValid() throws Exception {
    SchemaFactory schemas = SchemaFactory.newDefaultInstance();
    schemas.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    schemas.newSchema(JunitReportsTest.class.getResource("/formats/junit-10.xsd")).newValidator().validate(new StreamSource(new StringReader(WRITTEN)));
    assertThat(WRITTEN.length()).isLessThan(100_000);
  }

  @Test
  void shouldCountWhatIsThere() throws Exception {
    List<Element> suites = elements(parse(), "testsuite");
    assertThat(suites).hasSize(OddRuns.REPORTS.size() + OddRuns.UNREAD.size());
    for (Element suite : suites) {
      assertThat(suite.getAttribute("tests")).isEqualTo(count(suite, "testcase"));
      assertThat(suite.getAttribute("failures")).isEqualTo(count(suite, "failure"));
      assertThat(suite.getAttribute("errors")).isEqualTo(count(suite, "error"));
      assertThat(suite.getAttribute("skipped")).isEqualTo(count(suite, "skipped"));
    }
    assertThat(elements(parse(), "failure")).hasSize(5);
    assertThat(elements(parse(), "error")).hasSize(3);
  }

  private static String count(Element suite, String name) {
    return String.valueOf(suite.getElementsByTagName(name).getLength());
  }

  /** GitLab merges cases of the same class and name. */
  @Test
  void shouldNameEachCaseOnce() throws Exception {
    assertThat(elements(parse(), "testcase")).extracting(test -> test.getAttribute("classname") + " " + test.getAttribute("name")).doesNotHaveDuplicates();
  }

  @Test
  void shouldSayWhatFailed() throws Exception {
    assertThat(elements(parse(), "failure"))
        .first()
        .satisfies(failure -> {
          assertThat(failure.getAttribute("message")).isEqualTo("R59/vm_area_free: a VMA is freed while it is attached");
          assertThat(failure.getTextContent()).startsWith("R59/vm_area_free: ").contains("\n  | \\x01\\x1b[1m#%,:\\x0d]]>\\ud800\\x85-212 [001]");
        });
    assertThat(elements(parse(), "failure").get(1).getAttribute("message")).endsWith("(25000 times)");
    assertThat(elements(parse(), "failure").get(3).getTextContent()).endsWith("\nand 20 more of R59");
  }
}
