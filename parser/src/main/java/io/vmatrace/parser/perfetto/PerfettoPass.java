package io.vmatrace.parser.perfetto;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.perfetto.Contents.Damage;
import io.vmatrace.parser.record.CpuMerge;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/** Once through the events of a trace whose {@link Contents} are known. */
final class PerfettoPass {
  /** Compressed packets that stay unpacked: those that the CPUs are at lie near each other. */
  private static final int UNPACKED = 4;

  /** Takes a bundle in [from, to). */
  interface BundleConsumer {
    void accept(byte[] b, int from, int to);
  }

  final Contents contents;
  final Shapes shapes;
  final EventReader reader;

  /** For events that are not written as such. */
  final EventReader columns;

  private final Packets packets;

  /** Counts of what is not compressed; at the end of all. */
  final ImportStats plain;

  final ImportStats packed = new ImportStats();

  /** Markers of lost events, and how many of them are of the kernel's buffers. */
  long marks;

  long kernelLosses;

  /** CPUs whose buffers say that they lost events. */
  final Set<Integer> lostCpus = new TreeSet<>();

  private final long[] unpackedAt = new long[UNPACKED];
  private final byte[][] unpacked = new byte[UNPACKED][];
  private int nextUnpacked;
  private long position;
  private boolean stopped;

  PerfettoPass(Packets packets, Contents contents, Shapes shapes, ImportStats stats) {
    this.packets = packets;
    this.contents = contents;
    this.shapes = shapes;
    plain = stats;
    reader = new EventReader(shapes);
    columns = new EventReader(shapes);
  }

  /** Decodes everything. */
  void run(boolean raw, Predicate<EventBatch> wantsMore, LongConsumer progress) throws CaptureException {
    List<CpuEvents> streams = new ArrayList<>();
    for (int cpu : contents.bundles().places.keySet().toSortedArray()) {
      streams.add(new CpuEvents(this, cpu, contents.bundles().places.get(cpu), raw));
    }
    Predicate<EventBatch> handOver =
        batch -> {
          stopped = !wantsMore.test(batch);
          progress.accept(position);
          return !stopped;
        };
    long events = new CpuMerge(streams, raw, handOver).run();
    if (!stopped) {
      finish();
      EventBatch markers = unplacedLosses(raw);
      markers.firstLine(events + 1);
      if (markers.size() > 0) {
        stopped = !wantsMore.test(markers);
      }
    }
  }

  /** Hands over the bundles of the packet, or of the packets in a compressed one, at a place ({@link Contents.Bundles#places}). */
  void bundles(long place, BundleConsumer consumer) throws CaptureException {
    position = Math.max(position, place >>> 1);
    try {
      if ((place & 1) == 0) {
        packets.read(place >>> 1);
        packet(packets.b, packets.from, packets.to, consumer);
        return;
      }
      byte[] inside = unpacked(place >>> 1);
      Message fields = new Message(inside, 0, inside.length);
      while (fields.next()) {
        if (fields.isBytes(Packets.PACKET)) {
          packet(inside, fields.from, fields.to, consumer);
        }
      }
    } catch (IOException _) {
      // the survey has said so
    }
  }

  private void packet(byte[] b, int from, int to, BundleConsumer consumer) throws IOException {
    int writer = 0;
    boolean any = false;
    Message fields = new Message(b, from, to);
    while (fields.next()) {
      writer = fields.isNumber(Packets.SEQUENCE) ? (int) fields.number : writer;
      any |= fields.isBytes(Packets.BUNDLE);
      if (fields.isNumber(Packets.MACHINE) && fields.number != 0) {
        return;
      }
    }
    if (!any || writer != contents.writer) {
      return;
    }
    Message again = new Message(b, from, to);
    while (again.next()) {
      if (again.isBytes(Packets.BUNDLE)) {
        consumer.accept(b, again.from, again.to);
      }
    }
  }

  private byte[] unpacked(long at) throws IOException, CaptureException {
    for (int i = 0; i < UNPACKED; i++) {
      if (unpacked[i] != null && unpackedAt[i] == at) {
        return unpacked[i];
      }
    }
    packets.read(at);
    Message fields = new Message(packets.b, packets.from, packets.to);
    while (fields.next()) {
      if (fields.isBytes(Packets.ZLIB) || fields.isBytes(Packets.ZSTD)) {
        byte[] inside = packets.unpack(fields.field, fields.from, fields.to);
        int slot = nextUnpacked++ % UNPACKED;
        unpacked[slot] = inside;
        unpackedAt[slot] = at;
        return inside;
      }
    }
    return new byte[0];
  }

  /** Brings the counts together, so that each byte of the file is in one of them. */
  private void finish() {
    for (Damage damage : contents.damage) {
      plain.problemAt(damage.offset(), ImportStat.BAD_VALUE, damage.what());
      if (damage.bytes() > 0) {
        plain.damagedBytes(damage.bytes());
      }
    }
    long kernels = contents.bundles().lost.sumOfLong(PerfettoPass::lost);
    plain.lost(kernels);
    for (long i = kernels > 0 ? kernelLosses : 0; i < marks; i++) {
      plain.lostSome();
    }
    plain.frame(packets.fileBytes() - contents.packedBytes - plain.bytes());
    packed.frame(contents.unpackedBytes - packed.bytes());
    packed.fold(contents.packedBytes);
    plain.add(packed);
  }

  /** What a CPU's buffer lost while it was recorded; 0 where its counts are not there. */
  private static long lost(long[] count) {
    return count[0] < 0 || count[1] < 0 ? 0 : Math.max(0, count[1] - count[0]);
  }

  /** What was lost, and nothing says where: one marker at the end takes all certainty from what was concluded before. */
  private EventBatch unplacedLosses(boolean raw) {
    EventBatch markers = new EventBatch(16);
    markers.keepRaw(raw);
    for (int cpu : contents.bundles().lost.keySet().toSortedArray()) {
      if (lost(contents.bundles().lost.get(cpu)) > 0 && !lostCpus.contains(cpu)) {
        unplaced(cpu, markers);
      }
    }
    if (contents.discarded) {
      unplaced(-1, markers);
    }
    return markers;
  }

  private static void unplaced(int cpu, EventBatch markers) {
    markers.addMarker(MarkerEvents.BUFFER_STARTED, cpu, 0, markers.size(), 0);
    markers.put(Field.CPU, cpu);
    if (markers.isRawKept()) {
      markers.putRaw(new byte[0], 0, 0, -1);
    }
  }
}
