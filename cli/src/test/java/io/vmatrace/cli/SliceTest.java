package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdInputStream;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Slices give their causes by themselves, and are small. */
class SliceTest {
  private static final Path SAMPLES = Path.of("samples");
  private static final Path BROKEN = Path.of("../shared/captures/broken");
  private static final Path EDITED = Path.of("../shared/captures/edited");
  private static final String FORK = "samples/broken-fork-unlocked-fork-faults.txt.zst";
  private static final String FREE = "samples/broken-free-attached-churn.txt.zst";
  private static final int MOST_LINES = 32;

  @TempDir Path folder;

  private Path slices() {
    return folder.resolve("slices");
  }

  static Stream<Path> broken() throws IOException {
    return Stream.concat(files(SAMPLES).filter(file -> file.getFileName().toString().startsWith("broken-")), beside(BROKEN));
  }

  /** Every fourth: all of them would take a minute. */
  static Stream<Path> edited() throws IOException {
    List<Path> all = beside(EDITED).toList();
    return IntStream.range(0, all.size()).filter(i -> i % 4 == 0).mapToObj(all::get);
  }

  /** The captures in a folder beside the project; where it is not there, the folder, so that a test is seen to be passed over. */
  private static Stream<Path> beside(Path of) throws IOException {
    return Files.exists(of) ? files(of) : Stream.of(of);
  }

  private static Stream<Path> files(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.filter(file -> file.toString().endsWith(".zst")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource({"broken", "edited"})
  void shouldGiveTheCauseByItself(Path capture, TestReporter reporter) throws IOException {
    assumeTrue(Files.exists(capture), "needs the captures beside the project");
    List<String> own = new String(bytes(capture), StandardCharsets.UTF_8).lines().toList();
    for (Path slice : assertSliced(capture, reporter).values()) {
      assertThat(own).containsSubsequence(lines(slice));
    }
  }

  /** Checks a capture with slices, and then each slice; returns the slices by their causes. */
  private Map<String, Path> assertSliced(Path capture, TestReporter reporter) throws IOException {
    Runs.Result result = Runs.run("check", "--format", "json", "--slice", slices().toString(), capture.toString());
    assertThat(Schemas.of("check-1").validate(result.out(), InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    JsonNode groups = JsonMapper.shared().readTree(result.out()).at("/captures/0/groups");
    Map<String, Path> found = new TreeMap<>();
    for (JsonNode group : groups) {
      String cause = group.path("cause").asString();
      assertThat(group.has("slice")).as("%s of %s has a slice; %s", cause, capture, result.err()).isTrue();
      Path slice = Path.of(group.path("slice").asString());
      found.put(cause, slice);
      assertThat(slice).hasParentRaw(slices()).hasFileName(cause.replace('/', '-') + ".txt");
      assertGives(slice, cause);
      List<String> lines = lines(slice);
      assertThat(lines).hasSizeLessThanOrEqualTo(MOST_LINES);
      assertThat(result.err()).contains("vmatrace: %s: %d line".formatted(slice, lines.size()), "%,d bytes".formatted(Files.size(slice)));
      reporter.publishEntry(capture.getFileName() + " " + cause, "%d lines, %d bytes".formatted(lines.size(), Files.size(slice)));
    }
    assertThat(result.status()).isEqualTo(result.out().contains("\"verdict\" : \"VIOLATION\"") ? 1 : result.status());
    try (Stream<Path> written = Files.list(slices())) {
      assertThat(written).containsExactlyInAnyOrderElementsOf(found.values());
    }
    return found;
  }

  private static void assertGives(Path slice, String cause) {
    Runs.Result alone = Runs.run("check", "--format", "json", slice.toString());
    assertThat(alone.status()).as(alone.err()).isEqualTo(1);
    assertThat(JsonMapper.shared().readTree(alone.out()).at("/captures/0/groups").valueStream().map(group -> group.path("cause").asString())).contains(cause);
  }

  /** A slice without the lines that say what it is. */
  private static List<String> lines(Path slice) throws IOException {
    return Files.readAllLines(slice).stream().filter(line -> !line.startsWith("# ")).toList();
  }

  private Path onlySlice() throws IOException {
    try (Stream<Path> files = Files.list(slices())) {
      return files.reduce((one, other) -> one.compareTo(other) < 0 ? one : other).orElseThrow();
    }
  }

  /** VMAs that are freed while they are attached, in the bytes of binary captures of a clean kernel. */
  @Test
  void shouldMakeTextOfATraceDat(TestReporter reporter) throws Exception {
    Path broken = edited(Path.of("samples/formats/tracecmd-v6.dat.zst"), VmaEvents.VM_AREA_FREE, List.of(Field.VMA, Field.MM, Field.START, Field.END, Field.REFCNT), 1);
    assertSliced(broken, reporter);
    assertThat(lines(onlySlice())).last().asString().matches(" +workload-\\d+ +\\[00\\d] \\S{5} +\\d+\\.\\d{9}: vm_area_free: .*refcnt=1 .*");
    assertThat(Files.readAllLines(onlySlice())).contains("# os release : 6.18.15+deb13-cloud-amd64", "# nrcpus online : 2");
  }

  @Test
  void shouldMakeTextOfAPerfData(TestReporter reporter) throws Exception {
    Path broken = edited(Path.of("samples/clean-6.18.15-churn-perf.data"), VmaEvents.VM_AREA_FREE, List.of(Field.VMA, Field.MM, Field.START, Field.END, Field.REFCNT), 1);
    assertThat(assertSliced(broken, reporter)).containsKey("R59/vm_area_free/not-detached");
  }

  /** A fault that must not wait, under a VMA lock: FAULT_FLAG_RETRY_NOWAIT, 0x8. */
  @Test
  void shouldMakeTextOfTheRecordsOfFunctionGraph(TestReporter reporter) throws Exception {
    Path broken = edited(Path.of("parser/src/test/resources/tracedat/graph-6.18.15.dat"), FaultEvents.HANDLE_MM_FAULT, List.of(Field.VMA, Field.ADDRESS, Field.FLAGS), 0x125d);
    assertThat(assertSliced(broken, reporter)).containsKey("R89/handle_mm_fault");
  }

  @Test
  void shouldQuoteTheTextOfFunctionGraph(TestReporter reporter) throws Exception {
    String text = new String(bytes(Path.of("parser/src/test/resources/text/graph-abstime-proc-tail-7.2.13.txt.zst")), StandardCharsets.UTF_8);
    int half = text.indexOf("flags=0x1255", text.length() / 2);
    Path broken = Files.writeString(folder.resolve("graph.txt"), text.substring(0, half) + "flags=0x125d" + text.substring(half + 12));
    assertSliced(broken, reporter);
    Path slice = slices().resolve("R89-handle_mm_fault.txt");
    assertThat(lines(slice)).last().asString().contains("|  handle_mm_fault(vma=");
    assertThat(Files.readAllLines(broken)).containsSubsequence(lines(slice));
  }

  /**
   * A capture with another value in one event.
   *
   * @param fields that lie one after the other in its record; the last one gets the value
   */
  private Path edited(Path capture, EventKind kind, List<Field> fields, long value) throws IOException, CaptureException {
    byte[] bytes = capture.toString().endsWith(".zst") ? bytes(capture) : Files.readAllBytes(capture);
    Path copy = Files.write(folder.resolve("edited"), bytes);
    List<long[]> values = new ArrayList<>();
    try (Capture opened = Captures.open(copy.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      opened.decode(events -> add(events, kind, fields, values), false, _ -> {});
    }
    for (long[] event : values.subList(values.size() / 2, values.size())) {
      int at = find(bytes, event);
      if (at >= 0) {
        bytes[at] = (byte) value;
        return Files.write(copy, bytes);
      }
    }
    throw new AssertionError("no such event");
  }

  private static boolean add(EventBatch events, EventKind kind, List<Field> fields, List<long[]> values) {
    for (int i = 0; i < events.size(); i++) {
      if (events.kind(i) == kind && events.has(i, fields.getFirst())) {
        int event = i;
        values.add(LongStream.concat(LongStream.of(events.offset(i)), fields.stream().mapToLong(field -> events.value(event, field))).toArray());
      }
    }
    return true;
  }

  /** Where the last value of an event is, after the others; -1 where it is not found. */
  private static int find(byte[] bytes, long... event) {
    ByteBuffer before = ByteBuffer.allocate((event.length - 2) * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    LongStream.of(event).skip(1).limit(event.length - 2).forEach(before::putLong);
    byte[] wanted = before.array();
    for (int p = (int) event[0]; p < Math.min(event[0] + 256, bytes.length - wanted.length); p++) {
      if (Arrays.equals(bytes, p, p + wanted.length, wanted, 0, wanted.length) && bytes[p + wanted.length] == (byte) event[event.length - 1]) {
        return p + wanted.length;
      }
    }
    return -1;
  }

  /** The first capture of a run that shows a cause has its slice, however many are read at once. */
  @Test
  void shouldWriteOneSliceForEachCauseOfARun() throws IOException {
    String[] captures = {"samples/clean-7.2.13-churn.txt.zst", FREE, FORK, "samples/broken-detach-no-wait-churn.txt.zst"};
    Runs.Result one = sliced("1", captures);
    byte[] first = Files.readAllBytes(slices().resolve("R59-vm_area_free-munmap-not-detached.txt"));
    Runs.Result four = sliced("4", captures);
    assertThat(four).isEqualTo(one);
    assertThat(slices().resolve("R59-vm_area_free-munmap-not-detached.txt")).hasBinaryContent(first);
    assertThat(one.err().lines()).hasSize(4).first().asString().matches("vmatrace: .*/R59-vm_area_free-munmap-not-detached.txt: \\d lines, [\\d,]+ bytes, of the 6,74\\d lines of " + FREE);
    assertThat(one.out()).containsPattern("slice: \\S*/R72-dup_mmap.txt");
    assertThat(one.out().lines().filter(line -> line.contains("slice: ")).count()).isEqualTo(4);
  }

  private Runs.Result sliced(String jobs, String... captures) {
    return Runs.run(Stream.concat(Stream.of("check", "--jobs", jobs, "--slice", slices().toString()), Stream.of(captures)).toArray(String[]::new));
  }

  @Test
  void shouldSliceWhatIsOnlyPossible() throws IOException {
    assumeTrue(Files.exists(EDITED), "needs the captures beside the project");
    Runs.Result result = Runs.run("check", "--possible", "--slice", slices().toString(), EDITED.resolve("e2-29-stored-range-not-own.txt.zst").toString());
    assertThat(result.out()).contains("possible R49/handle_mm_fault", "slice: ");
    assertThat(Runs.run("check", "--possible", slices().resolve("R49-handle_mm_fault.txt").toString()).out()).contains("possible R49/handle_mm_fault");
  }

  @Test
  void shouldSliceWhatComesByAStream() throws Exception {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(bytes(Path.of(FORK))));
    try {
      Runs.Result result = Runs.run("check", "--quiet", "--slice", slices().toString(), "-");
      assertThat(result.status()).isEqualTo(1);
      assertThat(result.err()).contains("R72-dup_mmap.txt: ", "lines of standard input").hasLineCount(1);
    } finally {
      System.setIn(before);
    }
    assertGives(slices().resolve("R72-dup_mmap.txt"), "R72/dup_mmap");
  }

  @Test
  void shouldSliceWhatIsCutShort() throws IOException {
    Path cut = Files.write(folder.resolve("cut.zst"), Arrays.copyOf(Files.readAllBytes(Path.of(FORK)), 12_000));
    Runs.Result result = Runs.run("check", "--quiet", "--slice", slices().toString(), cut.toString());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err().lines()).hasSize(2).last().asString().contains("R72-dup_mmap.txt: ", " lines of " + cut);
    assertGives(slices().resolve("R72-dup_mmap.txt"), "R72/dup_mmap");
  }

  @Test
  void shouldWriteASliceAnewAndNothingElse() throws IOException {
    Files.createDirectories(slices());
    Path other = Files.writeString(slices().resolve("R72-dup_mmap.txt"), "my notes\n");
    Runs.Result result = sliced("1", FORK);
    assertThat(result.status()).isEqualTo(5);
    assertThat(result.err()).isEqualTo("vmatrace: %s is there and no slice, so it is left as it is: move it, or give another folder\n".formatted(other));
    assertThat(other).hasContent("my notes");
    assertThat(result.out()).startsWith("VIOLATION").doesNotContain("slice:");
    Files.delete(other);
    assertThat(sliced("1", FORK).status()).isEqualTo(1);
    Files.writeString(other, Files.readString(other) + "more\n");
    assertThat(sliced("1", FORK).status()).isEqualTo(1);
    assertThat(other).content().doesNotContain("more");
  }

  @Test
  void shouldNameTheSlicesOfAnEarlierRun() throws IOException {
    assertThat(sliced("1", FORK).status()).isEqualTo(1);
    Path gone = Files.copy(slices().resolve("R72-dup_mmap.txt"), slices().resolve("R72-gone.txt"));
    Files.writeString(slices().resolve("notes.txt"), "my notes\n");
    assertThat(sliced("1", FORK).err()).endsWith("vmatrace: %s is a slice of an earlier run, whose cause this one has not found\n".formatted(gone));
    assertThat(gone).exists();
  }

  @Test
  void shouldSayWhichFolderCannotBe() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(Runs.run("check", "--slice", file.toString(), FORK)).isEqualTo(new Runs.Result(5, "", "vmatrace: %s cannot be a folder of slices: it is a file\n".formatted(file)));
    Runs.Result below = Runs.run("check", "--slice", file.resolve("below").toString(), FORK);
    assertThat(below.status()).isEqualTo(5);
    assertThat(below.err()).startsWith("vmatrace: %s cannot be made: ".formatted(file.resolve("below"))).hasLineCount(1);
    Runs.Result inside = Runs.run("check", "--slice", folder.resolve("slices").toString(), folder.toString());
    assertThat(inside.status()).isEqualTo(2);
    assertThat(inside.err()).contains("is read as a part of").hasLineCount(1);
    assertThat(Runs.run("check", "--slice", "", FORK).status()).isEqualTo(2);
  }

  private static byte[] bytes(Path capture) throws IOException {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(capture))) {
      return in.readAllBytes();
    }
  }
}
