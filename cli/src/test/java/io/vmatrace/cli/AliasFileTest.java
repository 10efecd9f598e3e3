package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AliasFileTest {
  private static final String EVENT =
      "        workload-234     [000] .....    11.612632: my_free: (vm_area_free+0x4) arg1=0xff3358c342514300\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"events:\n  probe:my_free:\n    is: vm_area_free\n    fields: {arg1: vma}\n", "{\"events\": {\"my_free\": {\"is\": \"vm_area_free\", \"fields\": {\"arg1\": \"vma\"}}}}"})
  void shouldReadYamlAndJson(String names) throws IOException {
    assertThat(run(names).out()).contains("1 decoded");
    String file = folder.resolve("names").toString();
    String capture = folder.resolve("capture").toString();
    assertThat(Runs.run("info", "--events", file, capture).out()).contains("1 decoded");
    assertThat(Runs.run("events", "--events", file, capture).out()).contains("VM_AREA_FREE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[1]", "{", "events: {x: {is: nope}}", "events: {x: {is: vm_area_free, field: {}}}", "events: {x: {is: vm_area_free, fields: {a: 1}}}", "event: {}",
    "events: {x: {is: vm_area_free, fields: {a: pid}}}", "events: {x: {}}", "events: {x: {is: vm_area_free}, x: {is: vm_area_free}}"})
  void shouldCallABadFileMisuseInOneLine(String names) throws IOException {
    Runs.Result result = run(names);
    assertThat(result.status()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(result.err().lines()).singleElement().asString().startsWith("vmatrace: --events ");
  }

  @Test
  void shouldSayThatThereIsNoSuchFile() {
    Runs.Result result = Runs.run("check", "--events", folder.resolve("none").toString(), "x");
    assertThat(result.status()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(result.err()).contains("no such file");
  }

  private Runs.Result run(String names) throws IOException {
    Path file = Files.writeString(folder.resolve("names"), names);
    Path capture = Files.writeString(folder.resolve("capture"), EVENT);
    return Runs.run("check", "--events", file.toString(), capture.toString());
  }
}
