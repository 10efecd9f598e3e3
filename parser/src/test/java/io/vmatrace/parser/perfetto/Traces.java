package io.vmatrace.parser.perfetto;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.DeflaterOutputStream;

/** Traces that Perfetto 56.0 recorded with 6.18.15, both encodings of events that it does not know; and edits of them, packet by packet. */
final class Traces {
  static final Path DENSE = Path.of("../samples/formats/perfetto-dense.pb.zst");
  static final Path GENERIC = Path.of("../samples/formats/perfetto-generic.pb.zst");

  /** An event with all that there is to compare. */
  record Event(EventKind kind, String name, String comm, int task, int cpu, long time, Map<String, Object> fields) {}

  /** What was decoded, and what the capture says about itself. */
  record Decoded(List<Event> events, CaptureFacts facts) {
    List<Event> of(int cpu) {
      return events.stream().filter(event -> event.cpu == cpu).toList();
    }
  }

  private Traces() {}

  static byte[] bytes(Path file) throws IOException {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }

  static Decoded decode(Path file) throws CaptureException {
    try (Capture capture = Captures.open(file.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      List<Event> events = new ArrayList<>();
      EventDescriber describer = capture.describer();
      capture.decode(batch -> add(batch, describer, events), true, _ -> {});
      return new Decoded(events, capture.facts());
    }
  }

  private static boolean add(EventBatch batch, EventDescriber describer, List<Event> events) {
    for (int i = 0; i < batch.size(); i++) {
      EventDescription told = describer.describe(batch, i);
      events.add(new Event(batch.kind(i), told.name(), told.comm(), batch.task(i), batch.cpu(i), batch.time(i), told.fields()));
    }
    return true;
  }

  /** The packets of a trace. */
  static List<byte[]> packets(byte[] trace) throws IOException {
    List<byte[]> packets = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance(trace);
    while (in.readTag() != 0) {
      packets.add(in.readByteArray());
    }
    return packets;
  }

  /** A trace of packets. */
  static byte[] trace(List<byte[]> packets) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (byte[] packet : packets) {
      out.writeByteArray(Packets.PACKET, packet);
    }
    out.flush();
    return bytes.toByteArray();
  }

  /** The same packets, several in one, as {@code compression_type: COMPRESSION_TYPE_DEFLATE} and zstd write them. */
  static List<byte[]> compressed(List<byte[]> packets, int several, int field) throws IOException {
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < packets.size(); i += several) {
      byte[] inside = trace(packets.subList(i, Math.min(packets.size(), i + several)));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeByteArray(field, field == Packets.ZSTD ? Zstd.compress(inside) : deflated(inside));
      out.flush();
      all.add(bytes.toByteArray());
    }
    return all;
  }

  private static byte[] deflated(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(bytes);
    }
    return out.toByteArray();
  }

  /** Which CPU's bundle a packet has, or -1. */
  static int cpu(byte[] packet) throws IOException {
    Message fields = new Message(packet, 0, packet.length);
    while (fields.next()) {
      if (fields.isBytes(Packets.BUNDLE)) {
        Bundle bundle = new Bundle();
        bundle.read(packet, fields.from, fields.to);
        return bundle.cpu;
      }
    }
    return -1;
  }

  /** The same packet with another bundle. */
  static byte[] withBundle(byte[] packet, UnaryOperator<byte[]> edit) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    Message fields = new Message(packet, 0, packet.length);
    int from = 0;
    while (fields.next()) {
      if (fields.isBytes(Packets.BUNDLE)) {
        out.writeByteArray(Packets.BUNDLE, edit.apply(Arrays.copyOfRange(packet, fields.from, fields.to)));
      } else {
        int to = fields.wire == WireFormat.WIRETYPE_LENGTH_DELIMITED ? fields.to : fields.at();
        out.write(packet, from, to - from);
      }
      from = fields.wire == WireFormat.WIRETYPE_LENGTH_DELIMITED ? fields.to : fields.at();
    }
    out.flush();
    return bytes.toByteArray();
  }
}
