package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The timeline is of the Trace Event Format, and shows the holds and faults that the capture has. */
class TimelineTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "clean-7.2.13-churn",
        "clean-7.2.13-fork-faults",
        "clean-6.12.94-churn",
        "clean-6.18.15-churn-e0-hashed",
        "broken-free-attached-churn",
        "broken-fork-unlocked-fork-faults"
      })
  void shouldBeWellFormedAndShowWhatHappened(String sample) {
    String path = "samples/" + sample + ".txt.zst";
    List<JsonNode> events = timeline(path);
    RawText raw = new RawText(path);
    assertNamed(events);
    assertTimes(events, raw);
    assertPaired(events);
    assertNested(events);
    assertHolds(events, raw);
    assertFaults(events, path);
  }

  static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("samples"))) {
      return files.filter(file -> file.toString().matches(".*\\.(txt\\.zst|log\\.zst|data)")).sorted().toList();
    }
  }

  /** What speedscope asks for, which loads every one of them (docs/EVENTS.md). */
  @ParameterizedTest
  @MethodSource("samples")
  void shouldBeBalancedForEverySample(Path sample) {
    List<JsonNode> events = timeline(sample.toString());
    assertNamed(events);
    assertPaired(events);
    assertNested(events);
    assertThat(slices(events)).isNotEmpty();
  }

  @Test
  void shouldShowEachVmaFromItsStoreToItsEnd() {
    List<JsonNode> events = timeline("samples/clean-7.2.13-churn.txt.zst");
    RawText raw = new RawText("samples/clean-7.2.13-churn.txt.zst");
    Set<String> stored = new HashSet<>();
    raw.lines().filter(line -> line.event().equals("ma_write")).forEach(line -> {
      String val = line.rest().substring(line.rest().lastIndexOf(' ') + 1);
      if (val.startsWith("ff")) {
        stored.add("vma 0x" + val);
      }
    });
    Set<String> shown = new HashSet<>();
    events.stream().filter(e -> text(e, "ph").equals("b")).forEach(e -> shown.add(text(e, "name")));
    assertThat(shown).isNotEmpty().isSubsetOf(stored);
    Set<String> freed = new HashSet<>();
    raw.lines().filter(line -> line.event().equals("vm_area_free")).forEach(line -> freed.add("vma 0x" + Long.toHexString(line.hex("vma"))));
    assertThat(events.stream().filter(e -> text(e, "ph").equals("e")).map(e -> text(e, "name"))).allMatch(freed::contains);
  }

  @Test
  void shouldShowFindingsLookUpsAndCounters() {
    String path = "samples/broken-detach-no-wait-churn.txt.zst";
    List<JsonNode> events = timeline(path);
    RawText raw = new RawText(path);
    List<JsonNode> findings = events.stream().filter(e -> text(e, "ph").equals("i")).toList();
    assertThat(findings).hasSize(11).allMatch(e -> text(e, "name").startsWith("R59/vm_area_free/"));
    assertThat(findings.getFirst().get("ts").asDouble()).isEqualTo(7_674_705);
    assertThat(findings.getFirst().at("/args/vma").asString()).isEqualTo("0xff2fcabac07ace40");
    long lookUps = raw.lines().filter(line -> line.event().equals("lock_vma_under_rcu_ret")).count();
    assertThat(slices(events).stream().filter(e -> text(e, "cat").equals("look-up") && e.at("/args/end").isMissingNode())).hasSize((int) lookUps);
    assertThat(events.stream().filter(e -> text(e, "ph").equals("C") && text(e, "name").equals("vm_refcnt of vma 0xff2fcabac07ace40")).map(e -> e.at("/args/count").asInt()))
        .contains(1, 2, 3);
  }

  /** From the clear of its range to vm_area_free() a VMA is out of the tree, and still there. */
  @Test
  void shouldShowAVmaUntilItIsFreed() {
    List<JsonNode> ofOne = timeline("samples/broken-detach-no-wait-churn.txt.zst").stream()
        .filter(e -> e.at("/id2/local").isString() && text(e, "name").equals("vma 0xff2fcabac07ace40")).toList();
    JsonNode freed = ofOne.stream().filter(e -> text(e, "ph").equals("e") && e.get("ts").asDouble() == 7_674_705).findFirst().orElseThrow();
    assertThat(freed.at("/args/end").asString()).isEqualTo("freed");
    assertThat(ofOne.stream().filter(e -> e.get("id2").equals(freed.get("id2")) && e.at("/args/end").asString("").equals("left the tree")).map(e -> e.get("ts").asDouble()))
        .containsExactly(7_674_605.0);
  }

  @Test
  void shouldShowOnlyWhatIsSelected() {
    String path = "samples/clean-7.2.13-fork-faults.txt.zst";
    List<JsonNode> all = slices(timeline(path));
    List<JsonNode> early = slices(timeline(path, "--to", "+0.05"));
    List<JsonNode> late = slices(timeline(path, "--from", "+0.05"));
    assertThat(early).isNotEmpty();
    assertThat(late).isNotEmpty();
    assertThat(early.size() + late.size()).isGreaterThanOrEqualTo(all.size());
    int pid = new RawText(path).lines().filter(line -> line.event().equals("page_fault_user")).findFirst().orElseThrow().pid();
    List<JsonNode> ofTask = slices(timeline(path, "--task", Integer.toString(pid)));
    assertThat(ofTask).isNotEmpty().allMatch(e -> (e.get("tid").asInt() & (1 << 23) - 1) == pid);
    assertThat(ofTask).hasSize((int) all.stream().filter(e -> (e.get("tid").asInt() & (1 << 23) - 1) == pid).count());
  }

  @Test
  void shouldEndWhatIsOpenWhereEventsAreMissing() {
    String path = "samples/formats/trace-pipe-lost.txt.zst";
    List<JsonNode> events = timeline(path);
    assertPaired(events);
    assertNested(events);
    assertThat(events.stream().filter(e -> text(e, "ph").equals("i"))).isNotEmpty().allMatch(e -> text(e, "name").equals("events are missing"));
  }

  @Test
  void shouldPutSeveralCapturesInOneTimeline() {
    Runs.Result result =
        Runs.run("events", "--format", "perfetto", "samples/clean-7.2.13-churn.txt.zst", "nowhere", "samples/clean-6.12.94-churn.txt.zst");
    assertThat(result.status()).isEqualTo(3);
    List<JsonNode> events = new ArrayList<>();
    JsonMapper.shared().readTree(result.out()).get("traceEvents").forEach(events::add);
    List<String> processes =
        events.stream().filter(e -> text(e, "name").equals("process_name")).map(e -> e.at("/args/name").asString()).toList();
    assertThat(processes).anyMatch(name -> name.startsWith("samples/clean-7.2.13-churn.txt.zst: mm 0x")).anyMatch(name -> name.startsWith("samples/clean-6.12.94"));
    assertThat(events.stream().filter(e -> text(e, "name").equals("process_name")).map(e -> e.get("pid").asInt())).doesNotHaveDuplicates();
  }

  private static void assertNamed(List<JsonNode> events) {
    Set<Integer> processes = new HashSet<>();
    Set<Long> threads = new HashSet<>();
    for (JsonNode event : events) {
      int pid = event.get("pid").asInt();
      long thread = (long) pid << 32 | event.get("tid").asInt();
      if (text(event, "name").equals("process_name")) {
        assertThat(processes.add(pid)).isTrue();
        assertThat(event.at("/args/name").asString()).startsWith("mm ");
      } else if (text(event, "name").equals("thread_name")) {
        threads.add(thread);
      }
      if (text(event, "ph").equals("X")) {
        assertThat(processes).contains(pid);
        assertThat(threads).contains(thread);
      }
    }
  }

  private static void assertTimes(List<JsonNode> events, RawText raw) {
    for (JsonNode event : events) {
      if (!text(event, "ph").equals("M")) {
        assertThat(event.get("ts").asDouble()).isBetween((double) raw.first().micros(), (double) raw.last().micros());
      }
      if (text(event, "ph").equals("X")) {
        assertThat(event.get("dur").asDouble()).isNotNegative();
        assertThat(event.get("ts").asDouble() + event.get("dur").asDouble()).isLessThanOrEqualTo((double) raw.last().micros());
      }
    }
  }

  /** Every b has its e, later, and what happens in between has its id too. */
  private static void assertPaired(List<JsonNode> events) {
    Map<String, Double> open = new HashMap<>();
    Set<String> used = new HashSet<>();
    for (JsonNode event : events) {
      String id = event.at("/id2/local").asString("");
      switch (text(event, "ph")) {
        case "b" -> {
          assertThat(used.add(id)).isTrue();
          open.put(id, event.get("ts").asDouble());
        }
        case "n" -> assertThat(open).containsKey(id);
        case "e" -> assertThat(open.remove(id)).isNotNull().isLessThanOrEqualTo(event.get("ts").asDouble());
        default -> assertThat(text(event, "ph")).isIn("X", "M", "i", "C");
      }
    }
    assertThat(open).isEmpty();
  }

  /** Slices of one thread lie inside one another or apart. */
  private static void assertNested(List<JsonNode> events) {
    Map<Long, List<long[]>> threads = new HashMap<>(); // in nanoseconds
    for (JsonNode event : slices(events)) {
      double begin = event.get("ts").asDouble() * 1_000;
      threads
          .computeIfAbsent((long) event.get("pid").asInt() << 32 | event.get("tid").asInt(), _ -> new ArrayList<>())
          .add(new long[] {Math.round(begin), Math.round(begin + event.get("dur").asDouble() * 1_000)});
    }
    for (List<long[]> of : threads.values()) {
      of.sort((a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(b[1], a[1]));
      List<long[]> around = new ArrayList<>();
      for (long[] slice : of) {
        while (!around.isEmpty() && around.getLast()[1] <= slice[0]) {
          around.removeLast();
        }
        assertThat(around.isEmpty() || slice[1] <= around.getLast()[1]).isTrue();
        around.add(slice);
      }
    }
  }

  /** Holds by task and mm, paired by a few lines of another program. */
  private static void assertHolds(List<JsonNode> events, RawText raw) {
    Map<String, Long> since = new HashMap<>();
    Map<String, Long> expected = new HashMap<>();
    raw.lines().filter(line -> line.event().startsWith("mmap_lock_")).forEach(line -> {
      String holder = line.pid() + " " + line.hex("mm");
      boolean write = line.has("write=true");
      if (line.event().equals("mmap_lock_released")) {
        add(expected, write, line.micros() - Objects.requireNonNull(since.remove(holder)));
      } else if (line.has("success=true")) {
        Long before = since.put(holder, line.micros());
        if (before != null) {
          add(expected, true, line.micros() - before); // downgraded
        }
      }
    });
    since.forEach((_, begin) -> expected.merge("open", 1L, Long::sum));
    Map<String, Long> shown = new HashMap<>();
    for (JsonNode event : slices(events)) {
      if (text(event, "cat").equals("mmap_lock")) {
        if (event.at("/args/end").asString("").equals("after the capture")) {
          shown.merge("open", 1L, Long::sum);
        } else {
          add(shown, text(event, "name").equals("write"), (long) event.get("dur").asDouble());
        }
      }
    }
    assertThat(shown).isEqualTo(expected);
  }

  private static void add(Map<String, Long> to, boolean write, long micros) {
    to.merge(write ? "writes" : "reads", 1L, Long::sum);
    to.merge(write ? "written" : "read", micros, Long::sum);
  }

  private static void assertFaults(List<JsonNode> events, String path) {
    JsonNode faults = JsonMapper.shared().readTree(Runs.run("check", "--format", "json", path).out()).at("/captures/0/faults");
    assertThat(faults(events, "page fault: VMA lock")).isEqualTo(faults.get("vmaLock").asLong());
    assertThat(faults(events, "page fault: mmap_lock")).isEqualTo(faults.get("mmapLock").asLong());
    assertThat(faults(events, "page fault: unresolved")).isEqualTo(faults.get("unresolved").asLong());
  }

  private static long faults(List<JsonNode> events, String name) {
    return slices(events).stream().filter(e -> text(e, "name").equals(name)).count();
  }

  private static List<JsonNode> slices(List<JsonNode> events) {
    return events.stream().filter(e -> text(e, "ph").equals("X")).toList();
  }

  private static String text(JsonNode event, String key) {
    return event.get(key).asString();
  }

  private static List<JsonNode> timeline(String path, String... options) {
    List<String> arguments = new ArrayList<>(List.of("events", "--format", "perfetto"));
    arguments.addAll(List.of(options));
    arguments.add(path);
    Runs.Result result = Runs.run(arguments.toArray(String[]::new));
    assertThat(result.status()).isZero();
    List<JsonNode> events = new ArrayList<>();
    JsonMapper.shared().readTree(result.out()).get("traceEvents").forEach(events::add);
    return events;
  }
}
