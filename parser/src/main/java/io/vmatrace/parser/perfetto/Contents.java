package io.vmatrace.parser.perfetto;

import io.vmatrace.parser.record.CommHistory;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.jspecify.annotations.Nullable;

/** What a trace says beside its events, and where these are: what {@link Survey} finds out. */
final class Contents {
  /** CPUs that a trace can have: as many as Perfetto's own reader takes (ftrace_tokenizer.cc kMaxCpuCount). */
  static final int MOST_CPUS = 1_024;

  /** The bundles of one writer of packets, CPU by CPU. */
  static final class Bundles {
    /** By CPU: where the packets with its bundles are, doubled, and odd where they are compressed. */
    final IntObjectHashMap<LongArrayList> places = new IntObjectHashMap<>();

    /** How long they are together, in bytes. */
    long bytes;

    /** Whether its first packet may come after others that were overwritten. */
    boolean beginsLate;

    /** Events that the kernel's buffers lost while it wrote: per_cpu/cpuN/stats at its end, less that at its begin. */
    final IntObjectHashMap<long[]> lost = new IntObjectHashMap<>();
  }

  /** The events of a kind that the trace describes: the message's field by its number in FtraceEvent. */
  record Described(String system, String name, IntObjectHashMap<DescribedField> fields) {}

  /** @param type as in google/protobuf/descriptor.proto FieldDescriptorProto.Type */
  record DescribedField(String name, int type) {}

  final IntObjectHashMap<Described> described = new IntObjectHashMap<>();

  /** By the number of the writer (trusted_packet_sequence_id). */
  final Map<Integer, Bundles> writers = new HashMap<>();

  /** Which writer's events are read. */
  int writer;

  /** Where packets are missing, in the order of the file, as offsets. */
  final LongArrayList gaps = new LongArrayList();

  final CommHistory comms = new CommHistory();

  /** Names of tasks of which nothing says since when they have them. */
  final IntObjectHashMap<String> names = new IntObjectHashMap<>();

  @Nullable String release;
  @Nullable String machine;
  int cpus;
  String clock = "boot";
  final Map<String, String> details = new LinkedHashMap<>();

  /** Events that were asked for, as GROUP/NAME, and those that there were not. */
  final Set<String> events = new LinkedHashSet<>();

  final Set<String> failed = new LinkedHashSet<>();

  /** Whether not every occurrence of an event need be there. */
  boolean filtered;

  /** Whether packets were dropped, and nothing says which. */
  boolean discarded;

  /** What is missing at the end, or null. */
  @Nullable String cutShort;

  /** Bytes of the file in which nothing can be read, with the first place and what is wrong there. */
  record Damage(long offset, long bytes, String what) {}

  List<Damage> damage = List.of();

  /** Bytes of the file that are compressed packets, and what they have inside. */
  long packedBytes;

  long unpackedBytes;

  /** The bundles that are read. */
  Bundles bundles() {
    return writers.getOrDefault(writer, new Bundles());
  }

  /** What a task was called at a time; empty when the trace does not say. */
  String comm(int tid, long time) {
    String comm = comms.at(tid, time);
    return !comm.isEmpty() ? comm : tid == 0 ? "<idle>" : names.getIfAbsent(tid, () -> "");
  }
}
