package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.record.EventFormat;
import io.vmatrace.parser.record.RecordDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/** The events that were recorded, and which of them a sample is of. */
final class PerfAttrs {
  private static final int MOST = 100_000;
  private static final int MOST_IDS = 1 << 20;
  private static final int RECENT = 1 << 12;

  /** enum perf_hw_id and enum perf_sw_ids, include/uapi/linux/perf_event.h. */
  private static final List<String> HARDWARE =
      List.of(
          "cycles", "instructions", "cache-references", "cache-misses", "branches", "branch-misses", "bus-cycles",
          "stalled-cycles-frontend", "stalled-cycles-backend", "ref-cycles");

  private static final List<String> SOFTWARE =
      List.of(
          "cpu-clock", "task-clock", "page-faults", "context-switches", "cpu-migrations", "minor-faults", "major-faults",
          "alignment-faults", "emulation-faults", "dummy", "bpf-output", "cgroup-switches");

  private static final int PAGE_FAULTS = 2;
  private static final int MINOR_FAULTS = 5;
  private static final int MAJOR_FAULTS = 6;
  private static final Set<String> FAULT_TRACEPOINTS = Set.of("page_fault_user", "page_fault_kernel");
  private static final Set<String> FORK_TRACEPOINTS = Set.of("sched_process_fork", "task_newtask");

  private final List<PerfAttr> all = new ArrayList<>();
  private final LongObjectHashMap<PerfAttr> byId = new LongObjectHashMap<>();
  private final Map<PerfAttr, String> names = new HashMap<>();
  private final Set<String> tracepoints = new HashSet<>();
  private final RecordDecoder decoder;
  private @Nullable PerfAttr first;
  private int idsRead;

  /** How many of all are resolved. */
  private int resolved;

  /** Ids by their last bits: the kernel counts them up, so those of a file seldom share a place. */
  private final long[] recentIds = new long[RECENT];

  private final @Nullable PerfAttr[] recent = new @Nullable PerfAttr[RECENT];

  /** @param decoder what knows the formats of tracepoints */
  PerfAttrs(RecordDecoder decoder) {
    this.decoder = decoder;
  }

  /** Adds one, unless there are more than any recording has. */
  void add(PerfAttr attr) {
    if (all.size() < MOST) {
      attr.index = all.size();
      all.add(attr);
      first = first == null ? attr : first;
    }
  }

  /** Notes the name that perf gave an event, by one of its ids. */
  void name(long id, String name) {
    PerfAttr attr = byId.get(id);
    if (attr != null) {
      name(attr, name);
    }
  }

  private void name(PerfAttr attr, String name) {
    names.put(attr, name);
    attr.name = nameOf(attr);
  }

  /** Notes the name of the i-th event. */
  void nameOf(int i, String name) {
    if (i < all.size()) {
      name(all.get(i), name);
    }
  }

  List<PerfAttr> all() {
    return all;
  }

  /** The first event: its layout holds for all samples, as far as needed to know a sample's event. */
  @Nullable PerfAttr first() {
    return first;
  }

  /** The event of a sample (tools/perf/util/evlist.c evlist__event2evsel()); null when the file does not say. */
  @Nullable PerfAttr ofSample(Numbers numbers, byte[] b, int from, int to) {
    PerfAttr attr = first;
    if (attr == null || attr.idAt == PerfAttr.ABSENT || all.size() == 1) {
      return attr;
    }
    if (to - from < attr.idAt + Long.BYTES) {
      return null;
    }
    long id = numbers.u64(b, from + attr.idAt);
    int place = (int) id & RECENT - 1;
    PerfAttr near = recent[place];
    return near != null && recentIds[place] == id ? near : id == 0 ? attr : byId.get(id);
  }

  /** The event of an id, or null. */
  @Nullable PerfAttr ofId(long id) {
    return byId.get(id);
  }

  /** Forgets the use of each event's samples: the formats have changed. */
  void unresolve() {
    resolved = 0;
  }

  /** Resolves the use of each event's samples: of the added ones, or of all if those affect others. */
  void resolve() {
    if (resolved != all.size()) {
      resolveMore();
    }
  }

  private void resolveMore() {
    boolean told = tellsFaults();
    for (PerfAttr attr : all.subList(resolved, all.size())) {
      EventFormat format = format(attr);
      if (format != null) {
        tracepoints.add(format.name());
      }
      attr.name = nameOf(attr);
    }
    all.subList(told == tellsFaults() ? resolved : 0, all.size()).forEach(attr -> attr.use = use(attr));
    resolved = all.size();
  }

  private @Nullable EventFormat format(PerfAttr attr) {
    return attr.isTracepoint() ? decoder.format(Math.clamp(attr.config, -1, 1 << 16)) : null;
  }

  private String nameOf(PerfAttr attr) {
    EventFormat format = format(attr);
    return format != null ? format.system() + ":" + format.name() : names.getOrDefault(attr, generalName(attr));
  }

  private boolean tellsFaults() {
    return FAULT_TRACEPOINTS.stream().anyMatch(tracepoints::contains);
  }

  private SampleUse use(PerfAttr attr) {
    if (attr.isTracepoint()) {
      return attr.isOfEvery() && attr.hasRaw() ? SampleUse.RECORD : SampleUse.UNKNOWN;
    }
    if (attr.type != PerfAttr.TYPE_SOFTWARE || !attr.isOfEvery()) {
      return SampleUse.UNKNOWN;
    }
    if (attr.config == PAGE_FAULTS) {
      return tellsFaults() || attr.addrAt == PerfAttr.ABSENT || attr.tidAt == PerfAttr.ABSENT ? SampleUse.IGNORED : SampleUse.PAGE_FAULT;
    }
    return attr.config == MINOR_FAULTS || attr.config == MAJOR_FAULTS ? SampleUse.IGNORED : SampleUse.UNKNOWN;
  }

  /** Whether a tracepoint tells of new tasks. */
  boolean hasForkTracepoint() {
    return FORK_TRACEPOINTS.stream().anyMatch(tracepoints::contains);
  }

  private static String generalName(PerfAttr attr) {
    List<String> known = attr.type == 0 ? HARDWARE : attr.type == PerfAttr.TYPE_SOFTWARE ? SOFTWARE : List.of();
    if (attr.config >= 0 && attr.config < known.size()) {
      return known.get((int) attr.config);
    }
    return attr.isTracepoint() ? "tracepoint " + attr.config : "type %d config 0x%x".formatted(attr.type, attr.config);
  }

  /** Whether there are as many ids as any recording has. */
  boolean haveAllIds() {
    return idsRead >= MOST_IDS;
  }

  /** Reads the ids at [from, to) as those of an event; whether more may come. */
  boolean ids(PerfAttr attr, Numbers numbers, byte[] b, int from, int to) {
    for (int at = from; at <= to - Long.BYTES; at += Long.BYTES) {
      if (haveAllIds()) {
        return false;
      }
      idsRead++;
      long id = numbers.u64(b, at);
      int place = (int) id & RECENT - 1;
      byId.put(id, attr);
      recentIds[place] = id;
      recent[place] = attr;
    }
    return true;
  }

  /** Names of all events, each once. */
  String[] namesOfAll() {
    return Arrays.stream(all.toArray(new PerfAttr[0])).map(attr -> attr.name).distinct().toArray(String[]::new);
  }
}
