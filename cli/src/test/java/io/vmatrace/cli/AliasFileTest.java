package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AliasFileTest {
  private static final String EVENT =
      "        workload-234     [000] .....    11.612632: my_free: (vm_area_free+0x4) arg1=0xff3358c342514300\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"events:\n  probe:my_free:\n    is: vm_area_free\n    fields: {arg1: vma}\n", "{\"events\": {\"my_free\": {\"is\": \"vm_area_free\", \"fields\": {\"arg1\": \"vma\"}}}}"})
  void shouldReadYamlAndJson(String names) throws Exception {
    StringWriter out = new StringWriter();
    run(out, new StringWriter(), names);
    assertThat(out.toString()).contains("1 decoded");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[1]", "{", "events: {x: {is: nope}}", "events: {x: {is: vm_area_free, field: {}}}", "events: {x: {is: vm_area_free, fields: {a: 1}}}", "event: {}",
    "events: {x: {is: vm_area_free, fields: {a: pid}}}", "events: {x: {}}", "events: {x: {is: vm_area_free}, x: {is: vm_area_free}}"})
  void shouldCallABadFileMisuseInOneLine(String names) throws Exception {
    StringWriter err = new StringWriter();
    assertThat(run(new StringWriter(), err, names)).isEqualTo(ExitStatus.USAGE.code());
    assertThat(err.toString().lines()).singleElement().asString().startsWith("vmatrace: --events ");
  }

  @Test
  void shouldSayThatThereIsNoSuchFile() {
    StringWriter err = new StringWriter();
    CommandLine line = Vmatrace.commandLine(new PrintWriter(new StringWriter()));
    line.setErr(new PrintWriter(err, true));
    assertThat(line.execute("check", "--events", folder.resolve("none").toString(), "x")).isEqualTo(ExitStatus.USAGE.code());
    assertThat(err.toString()).contains("no such file");
  }

  private int run(StringWriter out, StringWriter err, String names) throws Exception {
    Path file = Files.writeString(folder.resolve("names"), names);
    Path capture = Files.writeString(folder.resolve("capture"), EVENT);
    CommandLine line = Vmatrace.commandLine(new PrintWriter(out));
    line.setErr(new PrintWriter(err, true));
    return line.execute("check", "--events", file.toString(), capture.toString());
  }
}
