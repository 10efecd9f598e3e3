package io.vmatrace.parser.perfetto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.parser.perfetto.Protoc.Node;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All events of real traces, with their times, tasks, names, and all values, as protoc reads them. */
class PerfettoOracleTest {
  @TempDir Path folder;

  /** An event as protoc has it; its fields are those of the message. */
  private record Told(int cpu, long time, int task, String name, Map<String, Object> fields) {}

  private static final Comparator<Told> ORDER = Comparator.comparingLong(Told::time).thenComparingInt(Told::cpu).thenComparing(Told::name);

  static List<Path> traces() {
    return List.of(Traces.DENSE, Traces.GENERIC);
  }

  @ParameterizedTest
  @MethodSource("traces")
  void shouldReadWhatProtocReads(Path trace) throws Exception {
    Optional<Path> protoc = Protoc.program(folder);
    assumeTrue(protoc.isPresent(), "protoc is for x86-64");
    Path unpacked = Files.write(folder.resolve("trace.pb"), Traces.bytes(trace));
    Node decoded = Protoc.decode(protoc.get(), unpacked, folder);
    List<Told> expected = told(decoded);
    expected.sort(ORDER);
    List<Told> read = new ArrayList<>();
    for (Traces.Event event : Traces.decode(trace).events()) {
      read.add(new Told(event.cpu(), event.time(), event.task(), event.name(), event.fields()));
    }
    read.sort(ORDER);
    assertThat(read).hasSizeGreaterThan(2_000).hasSameSizeAs(expected);
    for (int i = 0; i < read.size(); i++) {
      assertThat(read.get(i)).as("event %d", i).isEqualTo(expected.get(i));
    }
    assertThat(read.stream().flatMap(event -> event.fields().entrySet().stream()).mapToLong(PerfettoOracleTest::valuesOf).sum()).isEqualTo(values(decoded));
  }

  /** How many values protoc printed in events, whatever they are: so that none is left out on both sides. */
  private static long values(Node trace) {
    List<Node> bundles = trace.all("packet").stream().flatMap(packet -> packet.all("ftrace_events").stream()).toList();
    long inEvents = bundles.stream().flatMap(bundle -> bundle.all("event").stream()).map(event -> event.fields().getLast()).mapToLong(PerfettoOracleTest::valuesIn).sum();
    long inSwitches = bundles.stream().flatMap(bundle -> bundle.all("compact_sched").stream()).mapToLong(compact -> valuesIn(compact) - compact.all("intern_table").size()).sum();
    long times = bundles.stream().flatMap(bundle -> bundle.all("compact_sched").stream()).mapToLong(compact -> compact.all("switch_timestamp").size()).sum();
    return inEvents + inSwitches - times;
  }

  private static long valuesIn(Node node) {
    if (!node.value().isEmpty()) {
      return node.name().equals("name") || node.name().equals("event_name") ? 0 : 1;
    }
    return node.fields().stream().mapToLong(PerfettoOracleTest::valuesIn).sum();
  }

  /** Arguments are all in one. */
  private static long valuesOf(Map.Entry<String, Object> field) {
    return field.getKey().equals("args") ? String.valueOf(field.getValue()).length() / (2 * Long.BYTES) : 1;
  }

  private static List<Told> told(Node trace) {
    Map<String, Node> described = new LinkedHashMap<>();
    List<Node> bundles = trace.all("packet").stream().flatMap(packet -> packet.all("ftrace_events").stream()).toList();
    for (Node bundle : bundles) {
      bundle.all("generic_event_descriptors").forEach(one -> described.put(one.first("field_id").orElseThrow().value(), one.first("event_descriptor").orElseThrow()));
    }
    List<Told> told = new ArrayList<>();
    for (Node bundle : bundles) {
      int cpu = (int) bundle.number("cpu");
      List<Told> ofCpu = new ArrayList<>();
      bundle.all("event").forEach(event -> ofCpu.add(event(cpu, event, described)));
      bundle.first("compact_sched").ifPresent(compact -> switches(cpu, compact, ofCpu));
      ofCpu.sort(Comparator.comparingLong(Told::time));
      told.addAll(ofCpu);
    }
    return withTasks(told);
  }

  private static Told event(int cpu, Node event, Map<String, Node> described) {
    Node body = event.fields().getLast();
    String name = body.name();
    Map<String, Object> fields = new LinkedHashMap<>();
    if (name.equals("generic")) {
      name = body.text("event_name");
      for (Node field : body.all("field")) {
        fields.put(field.text("name"), value(field.fields().getLast()));
      }
    } else if (described.containsKey(name)) {
      Node message = described.get(name);
      Map<String, String> names = new LinkedHashMap<>();
      message.all("field").forEach(field -> names.put(field.first("number").orElseThrow().value(), field.text("name")));
      body.fields().forEach(field -> fields.put(names.get(field.name()), value(field)));
      name = message.text("name");
    } else {
      for (Node field : body.fields()) {
        List<Node> same = body.all(field.name());
        fields.put(field.name(), same.size() == 1 ? value(field) : array(same));
      }
    }
    return new Told(cpu, event.number("timestamp"), (int) event.number("pid"), name, fields);
  }

  private static Object value(Node field) {
    return Protoc.isText(field) ? Protoc.unquoted(field.value()) : (Object) Protoc.number(field.value());
  }

  private static String array(List<Node> values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(value -> bytes.putLong(Protoc.number(value.value())));
    return HexFormat.of().formatHex(bytes.array());
  }

  /** Columns: the i-th value of each is the i-th switch's. The task is not there. */
  private static void switches(int cpu, Node compact, List<Told> to) {
    List<Node> names = compact.all("intern_table");
    long time = 0;
    for (int i = 0; i < compact.all("switch_timestamp").size(); i++) {
      time += column(compact, "switch_timestamp", i);
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("prev_state", column(compact, "switch_prev_state", i));
      fields.put("next_comm", Protoc.unquoted(names.get((int) column(compact, "switch_next_comm_index", i)).value()));
      fields.put("next_pid", column(compact, "switch_next_pid", i));
      fields.put("next_prio", column(compact, "switch_next_prio", i));
      to.add(new Told(cpu, time, -2, "sched_switch", fields));
    }
  }

  private static long column(Node compact, String name, int i) {
    return Protoc.number(compact.all(name).get(i).value());
  }

  /** The task that goes is the one that came, or whose event came last. */
  private static List<Told> withTasks(List<Told> told) {
    Map<Integer, Integer> current = new LinkedHashMap<>();
    List<Told> with = new ArrayList<>();
    for (Told event : told) {
      int task = event.task == -2 ? current.getOrDefault(event.cpu, -1) : event.task;
      with.add(new Told(event.cpu, event.time, task, event.name, event.fields));
      current.put(event.cpu, event.task == -2 ? Integer.parseInt(String.valueOf(event.fields.get("next_pid"))) : task);
    }
    return with;
  }
}
