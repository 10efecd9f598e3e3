package io.vmatrace.parser.perfetto;

import com.google.protobuf.WireFormat;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.perfetto.Contents.Bundles;
import io.vmatrace.parser.perfetto.Contents.Damage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;

/**
 * Once through a trace without its events: which packets have those of which CPU, how the trace describes them, which comes after them,
 * and what it says about the machine, the tasks and losses.
 */
final class Survey {
  private static final int MOST_DAMAGE = 1_000;

  private final Packets packets;
  private final Contents contents = new Contents();
  private final Metadata metadata = new Metadata(contents);
  private final Tasks tasks = new Tasks(contents);
  private final List<Damage> damage = new ArrayList<>();

  /** Where the packet in hand is, doubled, and odd where it is compressed. */
  private long place;

  private Survey(Packets packets) {
    this.packets = packets;
  }

  /**
   * Looks at all packets.
   *
   * @throws CaptureException when the file cannot be read
   */
  static Contents of(Packets packets) throws CaptureException {
    Survey survey = new Survey(packets);
    survey.run();
    return survey.contents;
  }

  private void run() throws CaptureException {
    long at = 0;
    while (at < packets.fileBytes()) {
      switch (packets.read(at)) {
        case PACKET -> {
          packet(at);
          at = packets.end;
        }
        case CUT -> {
          contents.cutShort = "the last packet is not whole: the file is cut short";
          damaged(at, packets.fileBytes() - at, "a packet without its end");
          at = packets.fileBytes();
        }
        case NOTHING -> {
          long next = packets.resume(at);
          damaged(at, next - at, "no packet where one must be");
          at = next;
        }
      }
    }
    contents.damage = damage;
    contents.writer = contents.writers.entrySet().stream().max(Map.Entry.comparingByValue((a, b) -> Long.compare(a.bytes, b.bytes))).map(Map.Entry::getKey).orElse(0);
    metadata.finish();
  }

  private void damaged(long at, long bytes, String what) {
    contents.gaps.add(at);
    if (damage.size() < MOST_DAMAGE) {
      damage.add(new Damage(at, bytes, what));
    } else {
      Damage last = damage.removeLast();
      damage.add(new Damage(last.offset(), last.bytes() + bytes, last.what()));
    }
  }

  private void packet(long at) {
    place = at << 1;
    try {
      packet(packets.b, packets.from, packets.to);
    } catch (IOException e) {
      damaged(at, packets.end - at, "a damaged packet: " + e.getMessage());
    }
  }

  /** The fields of a packet that say what it is come before and after what it has. */
  private void packet(byte[] b, int from, int to) throws IOException {
    int writer = 0;
    boolean dropped = false;
    boolean first = false;
    int bundle = -1;
    Message fields = new Message(b, from, to);
    while (fields.next()) {
      switch (fields.field) {
        case Packets.SEQUENCE -> writer = (int) fields.number;
        case Packets.DROPPED -> dropped = fields.number != 0;
        case Packets.FIRST_OF_SEQUENCE -> first = fields.number != 0;
        case Packets.MACHINE -> {
          if (fields.number != 0) {
            contents.details.put("other machines", "their events are not read");
            return;
          }
        }
        case Packets.BUNDLE -> bundle = fields.isBytes(Packets.BUNDLE) ? fields.from : bundle;
        default -> {}
      }
    }
    if (bundle < 0) {
      other(b, new Message(b, from, to), writer);
      return;
    }
    Bundles bundles = contents.writers.computeIfAbsent(writer, _ -> new Bundles());
    if (dropped && bundles.places.isEmpty() && !first) {
      bundles.beginsLate = true;
    } else if (dropped && !bundles.places.isEmpty()) {
      contents.gaps.add(place >>> 1);
    }
    bundles(b, new Message(b, from, to), bundles);
  }

  /** A bundle that says its CPU is read again, and what is damaged in it is found then. */
  private void bundles(byte[] b, Message fields, Bundles bundles) throws IOException {
    boolean listed = false;
    try {
      while (fields.next()) {
        if (fields.isBytes(Packets.BUNDLE)) {
          bundles.bytes += fields.to - fields.from;
          fields.enter();
          listed |= bundle(b, fields, bundles);
          fields.leave();
        }
      }
    } catch (IOException e) {
      if (!listed) {
        throw e;
      }
    }
  }

  /** Whether it says which CPU it is of. */
  private boolean bundle(byte[] b, Message fields, Bundles bundles) throws IOException {
    boolean listed = false;
    boolean anyEvents = false;
    boolean saysCpu = false;
    while (fields.next()) {
      anyEvents |= fields.isBytes(Bundle.EVENT) || fields.isBytes(Bundle.COMPACT_SCHED);
      saysCpu |= fields.field == Bundle.CPU;
      switch (fields.field) {
        case Bundle.CPU -> listed = listed(fields.number, bundles);
        case Bundle.EVENT -> tasks.event(b, fields);
        case Bundle.COMPACT_SCHED -> tasks.compact(b, fields);
        case Bundle.CLOCK -> metadata.clock(fields.number);
        case Bundle.DESCRIPTOR -> metadata.descriptor(b, fields);
        default -> {}
      }
    }
    if (anyEvents && !saysCpu) {
      damaged(place >>> 1, 0, "events that do not say which CPU's they are");
    }
    return listed;
  }

  private boolean listed(long cpu, Bundles bundles) {
    if (cpu < 0 || cpu >= Contents.MOST_CPUS) {
      damaged(place >>> 1, 0, "a bundle of CPU %d".formatted(cpu));
      return false;
    }
    LongArrayList places = bundles.places.getIfAbsentPut((int) cpu, LongArrayList::new);
    if (places.isEmpty() || places.getLast() != place) {
      places.add(place);
    }
    return true;
  }

  private void other(byte[] b, Message fields, int writer) throws IOException {
    while (fields.next()) {
      if (fields.wire != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        continue;
      }
      switch (fields.field) {
        case Packets.ZLIB, Packets.ZSTD -> packed(fields.field, fields.from, fields.to);
        case Packets.PROCESS_TREE -> tasks.processes(b, fields);
        case Packets.CLOCK_SNAPSHOT -> metadata.snapshot(fields);
        case Packets.TRACE_CONFIG -> metadata.config(b, fields);
        case Packets.FTRACE_STATS -> metadata.ftraceStats(b, fields, contents.writers.computeIfAbsent(writer, _ -> new Bundles()));
        case Packets.TRACE_STATS -> metadata.traceStats(fields);
        case Packets.SYSTEM_INFO -> metadata.system(b, fields);
        default -> {}
      }
    }
  }

  private void packed(int field, int from, int to) throws IOException {
    if ((place & 1) != 0) {
      damaged(place >>> 1, 0, "a compressed packet in another one"); // none is written
      return;
    }
    byte[] inside = packets.unpack(field, from, to);
    contents.packedBytes += packets.end - (place >>> 1);
    contents.unpackedBytes += inside.length;
    place |= 1;
    try {
      Message fields = new Message(inside, 0, inside.length);
      while (fields.next()) {
        if (fields.isBytes(Packets.PACKET)) {
          packet(inside, fields.from, fields.to);
        }
      }
    } catch (IOException e) {
      damaged(place >>> 1, 0, "a damaged packet in a compressed one: " + e.getMessage());
    } finally {
      place &= ~1L;
    }
  }

  static String text(byte[] b, int from, int to) {
    return new String(b, from, to - from, StandardCharsets.UTF_8);
  }
}
