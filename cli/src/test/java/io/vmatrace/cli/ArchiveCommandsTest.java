package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Archives of captures, whatever the command: each member as if it had been given by itself, under a name of its own. */
class ArchiveCommandsTest {
  private static final String FIRST = "samples/clean-7.2.13-churn.txt.zst";
  private static final String SECOND = "samples/broken-free-attached-churn.txt.zst";
  private static final String BINARY = "samples/clean-6.18.15-churn-perf.data";

  @TempDir Path folder;
  private final Map<String, byte[]> members = new LinkedHashMap<>();

  @BeforeEach
  void readSamples() throws IOException {
    for (String name : List.of(FIRST, "LICENSE", BINARY, SECOND)) {
      members.put(name, Files.readAllBytes(Path.of(name)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar", "tar.gz"})
  void shouldInformOfEachMember(String how) throws IOException {
    String path = archive(how);
    Runs.Result result = Runs.run("info", path);
    assertThat(result.status()).isZero();
    StringBuilder expected = new StringBuilder();
    for (String name : List.of(FIRST, BINARY, SECOND)) {
      expected.append(Runs.run("info", name).out().replace(name, path + "!" + name)).append('\n');
    }
    assertThat(result.out()).isEqualTo(expected.toString());
    assertThat(result.err().lines()).singleElement().asString().startsWith("vmatrace: " + path + "!LICENSE: is not a trace").endsWith("; passed over");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar", "tar.gz"})
  void shouldInformOfEachMemberAsJson(String how) throws IOException {
    String path = archive(how);
    String json = Runs.run("info", "--format", "json", path, FIRST).out();
    assertThat(Schemas.of("info-1").validate(json, InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    List<JsonNode> expected = new ArrayList<>();
    for (String name : List.of(FIRST, BINARY, SECOND)) {
      expected.add(((ObjectNode) info(name)).put("path", path + "!" + name));
    }
    expected.add(info(FIRST));
    List<JsonNode> captures = new ArrayList<>();
    JsonMapper.shared().readTree(json).get("captures").forEach(captures::add);
    assertThat(captures).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar", "tar.gz"})
  void shouldWriteTheEventsOfEachMember(String how) throws IOException {
    String path = archive(how);
    for (String options : List.of("--from +0", "--from -0.001", "--task 1*", "--event page_fault*")) {
      List<String> expected = new ArrayList<>();
      for (String name : List.of(FIRST, BINARY, SECOND)) {
        run("events " + options, name).out().lines().forEach(line -> expected.add("{\"capture\":\"" + path + "!" + name + "\"," + line.substring(1)));
      }
      Runs.Result result = run("events " + options, path);
      assertThat(result.status()).isZero();
      assertThat(result.out().lines().toList()).as(options).isEqualTo(expected);
      assertThat(result.err().lines().filter(line -> !line.contains("no event passes the filters"))).singleElement().asString().contains("!LICENSE: is not a trace");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar", "tar.gz"})
  void shouldWriteTheEventsOfEachMemberAsCsv(String how) throws IOException {
    String path = archive(how);
    List<String> expected = new ArrayList<>();
    for (String name : List.of(FIRST, BINARY, SECOND)) {
      List<String> rows = Runs.run("events", "--format", "csv", name).out().lines().toList();
      if (expected.isEmpty()) {
        expected.add(rows.getFirst());
      }
      rows.stream().skip(1).forEach(row -> expected.add(row + path + "!" + name)); // the last column, empty in a run of one
    }
    assertThat(expected.getFirst()).endsWith(",capture");
    assertThat(Runs.run("events", "--format", "csv", path).out().lines().toList()).isEqualTo(expected);
  }

  @Test
  void shouldPutTheMembersInOneTimeline() throws IOException {
    String path = archive("tar.gz");
    Runs.Result result = Runs.run("events", "--format", "perfetto", path);
    assertThat(result.status()).isZero();
    List<String> processes = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    JsonMapper.shared().readTree(result.out()).get("traceEvents").forEach(event -> {
      if (event.get("name").asString().equals("process_name")) {
        processes.add(event.at("/args/name").asString());
        numbers.add(event.get("pid").asInt());
      }
    });
    assertThat(processes).allMatch(name -> name.contains(": mm 0x"));
    for (String name : List.of(FIRST, BINARY, SECOND)) {
      assertThat(processes).anyMatch(process -> process.startsWith(path + "!" + name + ": "));
    }
    assertThat(numbers).doesNotHaveDuplicates();
  }

  @Test
  void shouldCountTheEventsOfEachMember() throws IOException {
    String path = archive("zip");
    List<String> expected = new ArrayList<>();
    for (String name : List.of(FIRST, BINARY, SECOND)) {
      expected.add(Runs.run("events", "--format", "none", name).err().strip().replace(name, path + "!" + name));
    }
    Runs.Result result = Runs.run("events", "--format", "none", path);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines().filter(line -> !line.contains("LICENSE")).toList()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "info", "events", "events --format csv", "events --format perfetto", "events --from -0.001"})
  void shouldGoOnBehindAMemberThatCannotBeRead(String command) throws IOException {
    byte[] inner = Files.readAllBytes(Path.of(archive("zip")));
    members.clear();
    members.put("inner.zip", inner);
    members.put("stub.dat", new byte[] {0x17, 0x08, 0x44, 't', 'r', 'a', 'c', 'i', 'n', 'g'});
    members.put("whole", Files.readAllBytes(Path.of(FIRST)));
    for (String how : List.of("zip", "tar", "tar.gz")) {
      String path = archive(how);
      Runs.Result result = run(command, path);
      assertThat(result.status()).isEqualTo(3);
      assertThat(result.err().lines()).hasSize(2);
      assertThat(result.err())
          .contains("vmatrace: " + path + "!inner.zip: this is an archive, in another one")
          .contains("vmatrace: " + path + "!stub.dat: this trace.dat is cut short at byte 10");
      assertThat(result.out()).contains(path + "!whole");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "info", "events", "events --format csv", "events --format perfetto", "events --from -0.001"})
  void shouldShowWhatCanBeReadOfADamagedMember(String command) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    byte[] once = new ZstdInputStream(Files.newInputStream(Path.of(FIRST))).readAllBytes();
    while (text.size() < 4 * CaptureLimits.DEFAULT.chunkBytes()) {
      text.write(once);
    }
    byte[] damaged = gzip(text.toByteArray());
    Arrays.fill(damaged, damaged.length / 2, damaged.length / 2 + 64, (byte) 0x55);
    members.clear();
    members.put("damaged", damaged);
    members.put("whole", Files.readAllBytes(Path.of(SECOND)));
    String path = archive("tar");
    Runs.Result result = run(command, path);
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err().lines()).singleElement().asString().startsWith("vmatrace: " + path + "!damaged: ").contains("; what came before is ");
    assertThat(result.out()).contains(path + "!damaged", path + "!whole");
    assertThat(result.out().indexOf("!damaged")).isLessThan(result.out().indexOf("!whole"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "info", "events", "events --format perfetto"})
  void shouldReportWhatComesBeforeTheCut(String command) throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(archive("tar")));
    int end = 512 + ((int) Files.size(Path.of(FIRST)) + 511) / 512 * 512; // of the first member
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, end + 100));
    Runs.Result result = run(command, cut.toString());
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err().lines()).singleElement().asString().contains("cut short").endsWith("what came before is reported");
    assertThat(result.out()).contains("cut!" + FIRST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "info", "events", "events --format none", "events --format perfetto", "events --from -1"})
  void shouldSayThatAnArchiveIsEmpty(String command) throws IOException {
    members.clear();
    String zip = archive("zip");
    Runs.Result result = run(command, zip);
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err()).isEqualTo("vmatrace: " + zip + ": no capture in it; files: 0\n");
    for (String how : List.of("tar", "tar.gz")) {
      result = run(command, archive(how));
      assertThat(result.status()).isEqualTo(3);
      assertThat(result.err().lines()).singleElement().asString().startsWith("vmatrace: " + folder.resolve("all." + how) + ": ");
    }
    Path folderOnly = folder.resolve("folder.tar");
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(folderOnly))) {
      out.putArchiveEntry(new TarArchiveEntry("logs/"));
      out.closeArchiveEntry();
    }
    assertThat(run(command, folderOnly.toString()).err()).isEqualTo("vmatrace: " + folderOnly + ": no capture in it; files: 0\n");
  }

  private static JsonNode info(String name) {
    return JsonMapper.shared().readTree(Runs.run("info", "--format", "json", name).out()).at("/captures/0");
  }

  private static Runs.Result run(String command, String path) {
    return Runs.run((command + " " + path).split(" ", -1));
  }

  private String archive(String how) throws IOException {
    byte[] bytes =
        switch (how) {
          case "zip" -> zip();
          case "tar" -> tar();
          default -> gzip(tar());
        };
    return Files.write(folder.resolve("all." + how), bytes).toString();
  }

  private byte[] zip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        out.putNextEntry(new ZipEntry(member.getKey()));
        out.write(member.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private byte[] tar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(member.getKey());
        entry.setSize(member.getValue().length);
        out.putArchiveEntry(entry);
        out.write(member.getValue());
        out.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }
}
