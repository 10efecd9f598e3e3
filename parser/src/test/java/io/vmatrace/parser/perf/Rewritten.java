package io.vmatrace.parser.perf;

import com.github.luben.zstd.ZstdOutputStream;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.record.EventFormat;
import io.vmatrace.parser.record.FormatField;
import io.vmatrace.parser.record.TracingData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * A real perf.data of tracepoints (sample_type IP|TID|TIME|ID|CPU|PERIOD|RAW), written again: its attributes, formats, samples, and
 * names and forks of tasks, number by number, in another byte order or form. All else is left out.
 */
final class Rewritten {
  private static final int SAMPLE = 9;
  private static final int COMM = 3;
  private static final int FORK = 7;
  private static final int FINISHED_ROUND = 68;

  /** A record of the real file. */
  private record Part(int type, int misc, ByteBuffer body, int cpu) {}

  private final ByteBuffer real;
  private final ByteOrder order;
  private final List<Part> parts = new ArrayList<>();
  private final Map<Integer, EventFormat> formats = new HashMap<>();
  private final int attrSize;
  private final int attrs;

  Rewritten(Path file, ByteOrder order) throws Exception {
    real = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    this.order = order;
    attrSize = (int) real.getLong(16);
    attrs = (int) (real.getLong(32) / attrSize);
    for (int at = (int) real.getLong(40); at < real.getLong(40) + real.getLong(48); at += real.getShort(at + 6) & 0xffff) {
      int type = real.getInt(at);
      ByteBuffer body = real.slice(at + 8, (real.getShort(at + 6) & 0xffff) - 8).order(ByteOrder.LITTLE_ENDIAN);
      if (type == SAMPLE || type == COMM || type == FORK || type == FINISHED_ROUND) {
        int cpu = type == SAMPLE ? body.getInt(32) : -1;
        parts.add(new Part(type, real.getShort(at + 4), body, cpu));
      }
    }
    try (FileBytes bytes = FileBytes.of(file.toString(), file)) {
      long table = real.getLong(40) + real.getLong(48);
      long from = real.getLong((int) table);
      TracingData.read(bytes, from, from + real.getLong((int) table + 8)).formats().forEach(format -> formats.put(format.id(), format));
    }
  }

  /** A file with attributes of a size, whose last bytes are no field of today's. */
  byte[] file(int newAttrSize, boolean rounds) {
    return file(newAttrSize, records(part -> rounds || part.type != FINISHED_ROUND));
  }

  private byte[] file(int newAttrSize, byte[] data) {
    ByteBuffer out = ByteBuffer.allocate(1 << 22).order(order);
    int attrsAt = 104;
    int idsAt = attrsAt + attrs * newAttrSize;
    int dataAt = idsAt + ids() * 8;
    out.put((order == ByteOrder.LITTLE_ENDIAN ? "PERFILE2" : "2ELIFREP").getBytes(StandardCharsets.US_ASCII));
    out.putLong(104).putLong(newAttrSize).putLong(attrsAt).putLong((long) attrs * newAttrSize).putLong(dataAt).putLong(data.length).putLong(0).putLong(0);
    out.putLong(1 << PerfFeatures.TRACING_DATA | 1 << PerfFeatures.HOSTNAME).putLong(0).putLong(0).putLong(0);
    int ids = idsAt;
    for (int i = 0; i < attrs; i++) {
      out.position(attrsAt + i * newAttrSize);
      putAttr(out, i, newAttrSize - 16);
      out.putLong(ids).putLong(real.getLong(idsSection(i) + 8));
      ids += (int) real.getLong(idsSection(i) + 8);
    }
    out.position(idsAt);
    for (int i = 0; i < attrs; i++) {
      putIds(out, i);
    }
    out.put(data);
    byte[] tracing = tracing();
    int features = out.position();
    out.putLong(features + 32).putLong(tracing.length).putLong(features + 32 + tracing.length).putLong(12);
    out.put(tracing).putInt(8).put("machine\0".getBytes(StandardCharsets.US_ASCII));
    return taken(out);
  }

  /** As it would go through a pipe, with raw bytes of an AUX area in between. */
  byte[] piped() {
    ByteBuffer out = ByteBuffer.allocate(1 << 22).order(order);
    out.put((order == ByteOrder.LITTLE_ENDIAN ? "PERFILE2" : "2ELIFREP").getBytes(StandardCharsets.US_ASCII)).putLong(16);
    for (int i = 0; i < attrs; i++) {
      header(out, 64, 0, 8 + attrSize - 16 + (int) real.getLong(idsSection(i) + 8));
      putAttr(out, i, attrSize - 16);
      putIds(out, i);
    }
    byte[] tracing = tracing();
    int padded = (tracing.length + 7) / 8 * 8;
    header(out, 66, 0, 12);
    out.putInt(padded).put(tracing).put(new byte[padded - tracing.length]);
    header(out, 71, 0, 48);
    out.putLong(1000).put(new byte[32]).put(new byte[1000]);
    header(out, 80, 0, 28);
    out.putLong(PerfFeatures.HOSTNAME).putInt(8).put("machine\0".getBytes(StandardCharsets.US_ASCII));
    out.put(records(_ -> true));
    return taken(out);
  }

  /** All records as one zstd stream in pieces of a few bytes, so that records straddle them; a record of type 81 or 83 for each. */
  byte[] compressed(int type) throws IOException {
    byte[] records = records(part -> part.type != FINISHED_ROUND);
    ByteArrayOutputStream unfolded = new ByteArrayOutputStream();
    ByteBuffer out = ByteBuffer.allocate(1 << 22).order(order);
    try (ZstdOutputStream zstd = new ZstdOutputStream(unfolded)) {
      for (int at = 0; at < records.length; at += 1001) {
        zstd.write(records, at, Math.min(1001, records.length - at));
        zstd.flush();
        byte[] piece = unfolded.toByteArray();
        unfolded.reset();
        int extra = type == 83 ? 8 : 0;
        int padding = type == 83 ? (8 - piece.length % 8) % 8 : 0;
        header(out, type, 0, 8 + extra + piece.length + padding);
        if (type == 83) {
          out.putLong(piece.length);
        }
        out.put(piece).put(new byte[padding]);
      }
    }
    return file(attrSize, taken(out));
  }

  /** As perf record --threads writes it: a directory with a file for each CPU, and one with all else. */
  void directory(Path directory) throws IOException {
    Files.createDirectory(directory);
    Files.write(directory.resolve("data"), file(attrSize, records(part -> part.type == COMM || part.type == FORK)));
    for (int cpu = 0; cpu < 2; cpu++) {
      int of = cpu;
      Files.write(directory.resolve("data." + cpu), records(part -> part.type == SAMPLE && part.cpu == of));
    }
  }

  private int idsSection(int i) {
    return (int) real.getLong(24) + (i + 1) * attrSize - 16;
  }

  private int ids() {
    int ids = 0;
    for (int i = 0; i < attrs; i++) {
      ids += (int) real.getLong(idsSection(i) + 8) / 8;
    }
    return ids;
  }

  private void putIds(ByteBuffer out, int i) {
    for (long at = real.getLong(idsSection(i)), n = real.getLong(idsSection(i) + 8) / 8; n > 0; n--, at += 8) {
      out.putLong(real.getLong((int) at));
    }
  }

  /** struct perf_event_attr field by field; its bit-field begins with the highest bit on a big-endian machine. */
  private void putAttr(ByteBuffer out, int i, int size) {
    int at = (int) real.getLong(24) + i * attrSize;
    int begin = out.position();
    long flags = real.getLong(at + 40);
    out.putInt(real.getInt(at)).putInt(size);
    out.putLong(real.getLong(at + 8)).putLong(real.getLong(at + 16)).putLong(real.getLong(at + 24)).putLong(real.getLong(at + 32));
    out.putLong(order == ByteOrder.BIG_ENDIAN ? Long.reverse(flags) : flags);
    while (out.position() < begin + size) {
      out.put((byte) (out.position() < begin + attrSize - 16 ? 0 : 0xee));
    }
  }

  private byte[] records(Predicate<Part> wanted) {
    ByteBuffer out = ByteBuffer.allocate(1 << 22).order(order);
    for (Part part : parts) {
      if (wanted.test(part)) {
        header(out, part.type, part.misc, 8 + part.body.capacity());
        switch (part.type) {
          case SAMPLE -> sample(part.body, out);
          case COMM -> comm(part.body, out);
          case FORK -> fork(part.body, out);
          default -> {}
        }
      }
    }
    return taken(out);
  }

  private static void header(ByteBuffer out, int type, int misc, int size) {
    out.putInt(type).putShort((short) misc).putShort((short) size);
  }

  /** ip, pid and tid, time, id, cpu and res, period, raw. */
  private void sample(ByteBuffer body, ByteBuffer out) {
    out.putLong(body.getLong(0)).putInt(body.getInt(8)).putInt(body.getInt(12)).putLong(body.getLong(16)).putLong(body.getLong(24));
    out.putInt(body.getInt(32)).putInt(body.getInt(36)).putLong(body.getLong(40)).putInt(body.getInt(48));
    int begin = out.position();
    ByteBuffer raw = body.slice(52, body.capacity() - 52).order(ByteOrder.LITTLE_ENDIAN);
    out.put(raw.duplicate());
    EventFormat format = Objects.requireNonNull(formats.get((int) raw.getShort(0)));
    List<FormatField> fields = new ArrayList<>(format.common());
    fields.addAll(format.fields());
    for (FormatField field : fields) {
      int at = begin + field.offset();
      switch (field.shape() == FormatField.Shape.NUMBER || field.size() == 4 ? field.size() : 0) {
        case 2 -> out.putShort(at, raw.getShort(field.offset()));
        case 4 -> out.putInt(at, raw.getInt(field.offset()));
        case 8 -> out.putLong(at, raw.getLong(field.offset()));
        default -> {}
      }
    }
  }

  /** pid, tid, name. */
  private static void comm(ByteBuffer body, ByteBuffer out) {
    int ids = body.capacity() - 32;
    out.putInt(body.getInt(0)).putInt(body.getInt(4)).put(body.slice(8, ids - 8));
    sampleId(body, ids, out);
  }

  /** pid, ppid, tid, ptid, time. */
  private static void fork(ByteBuffer body, ByteBuffer out) {
    out.putInt(body.getInt(0)).putInt(body.getInt(4)).putInt(body.getInt(8)).putInt(body.getInt(12)).putLong(body.getLong(16));
    sampleId(body, 24, out);
  }

  /** pid and tid, time, id, cpu and res. */
  private static void sampleId(ByteBuffer body, int at, ByteBuffer out) {
    out.putInt(body.getInt(at)).putInt(body.getInt(at + 4)).putLong(body.getLong(at + 8)).putLong(body.getLong(at + 16));
    out.putInt(body.getInt(at + 24)).putInt(body.getInt(at + 28));
  }

  private byte[] tracing() {
    int table = (int) (real.getLong(40) + real.getLong(48));
    ByteBuffer in = real.slice((int) real.getLong(table), (int) real.getLong(table + 8)).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer out = ByteBuffer.allocate(in.capacity()).order(order);
    copy(in, out, 10);
    string(in, out);
    in.get();
    out.put((byte) (order == ByteOrder.BIG_ENDIAN ? 1 : 0)).put(in.get()).putInt(in.getInt());
    for (int name : new int[] {12, 13}) {
      copy(in, out, name);
      text(in, out);
    }
    for (int n = count(in, out); n > 0; n--) {
      text(in, out);
    }
    for (int systems = count(in, out); systems > 0; systems--) {
      string(in, out);
      for (int n = count(in, out); n > 0; n--) {
        text(in, out);
      }
    }
    for (int kallsymsAndPrintk = 2; kallsymsAndPrintk > 0; kallsymsAndPrintk--) {
      copy(in, out, count(in, out));
    }
    text(in, out);
    return taken(out);
  }

  private static int count(ByteBuffer in, ByteBuffer out) {
    int n = in.getInt();
    out.putInt(n);
    return n;
  }

  private static void text(ByteBuffer in, ByteBuffer out) {
    long size = in.getLong();
    out.putLong(size);
    copy(in, out, (int) size);
  }

  private static void string(ByteBuffer in, ByteBuffer out) {
    for (byte b = in.get(); ; b = in.get()) {
      out.put(b);
      if (b == 0) {
        return;
      }
    }
  }

  private static void copy(ByteBuffer in, ByteBuffer out, int bytes) {
    out.put(in.slice(in.position(), bytes));
    in.position(in.position() + bytes);
  }

  private static byte[] taken(ByteBuffer out) {
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }
}
