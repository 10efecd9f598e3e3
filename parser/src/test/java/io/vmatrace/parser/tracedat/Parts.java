package io.vmatrace.parser.tracedat;

import com.github.luben.zstd.Zstd;
import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.record.EventFormat;
import io.vmatrace.parser.record.FormatField;
import io.vmatrace.parser.tracedat.SlowPages.Rec;
import io.vmatrace.parser.tracedat.SlowPages.Shape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.Deflater;

/**
 * What a real trace.dat of version 6 of a little-endian 64-bit machine is made of, and new files made of it: of another version,
 * byte order, size of long or of page, compression or set of CPUs. The symbols are left out, so that the files are small.
 */
final class Parts {
  private final String headerEvent;
  private final Map<String, List<String>> formats = new HashMap<>();
  private final List<String> systems = new ArrayList<>();
  private final String comms;
  private final Map<Integer, EventFormat> byId = new HashMap<>();
  final List<List<Rec>> cpus = new ArrayList<>();

  Parts(byte[] v6) {
    ByteBuffer b = ByteBuffer.wrap(v6).order(ByteOrder.LITTLE_ENDIAN).position(10);
    string(b); // version
    b.position(b.position() + 2);
    int pageBytes = b.getInt();
    string(b);
    text(b, b.getLong());
    string(b);
    headerEvent = text(b, b.getLong());
    formats(b, "ftrace");
    for (int n = b.getInt(); n > 0; n--) {
      formats(b, string(b));
    }
    text(b, b.getInt());
    text(b, b.getInt());
    comms = text(b, b.getLong());
    int count = b.getInt();
    while (true) {
      String tag = text(b, 10);
      if (tag.startsWith("flyrecord")) {
        break;
      }
      while (b.getShort() != 0) {
        text(b, b.getInt());
      }
    }
    for (int i = 0; i < count; i++) {
      int offset = (int) b.getLong();
      int size = (int) b.getLong();
      cpus.add(SlowPages.read(Arrays.copyOfRange(v6, offset, offset + size), pageBytes));
    }
  }

  private void formats(ByteBuffer b, String system) {
    systems.add(system);
    List<String> texts = new ArrayList<>();
    for (int n = b.getInt(); n > 0; n--) {
      String text = text(b, b.getLong());
      texts.add(text);
      EventFormat format = EventFormat.parse(system, text);
      byId.put(format.id(), format);
    }
    formats.put(system, texts);
  }

  private static String string(ByteBuffer b) {
    StringBuilder text = new StringBuilder();
    for (char c; (c = (char) b.get()) != 0; ) {
      text.append(c);
    }
    return text.toString();
  }

  private static String text(ByteBuffer b, long length) {
    byte[] bytes = new byte[(int) length];
    b.get(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Turns a little-endian record into one of another order, field by field. */
  private void swap(byte[] payload, ByteOrder order) {
    if (order == ByteOrder.LITTLE_ENDIAN) {
      return;
    }
    EventFormat format = Objects.requireNonNull(byId.get(Numbers.LITTLE_ENDIAN.u16(payload, 0)));
    List<FormatField> fields = new ArrayList<>(format.common());
    fields.addAll(format.fields());
    for (FormatField field : fields) {
      if (field.shape() != FormatField.Shape.CHARS && field.size() <= 8) {
        for (int i = field.offset(), j = i + field.size() - 1; i < j; i++, j--) {
          byte kept = payload[i];
          payload[i] = payload[j];
          payload[j] = kept;
        }
      }
    }
  }

  private byte[] pages(int cpu, Shape shape) {
    return SlowPages.write(cpus.get(cpu), shape, this::swap);
  }

  /** A new file of version 6. */
  byte[] v6(Shape shape) {
    Out out = new Out(shape.order());
    head(out, "6", shape);
    headers(out, shape);
    formats(out, List.of("ftrace"), false);
    formats(out, systems.subList(1, systems.size()), true);
    out.u32(0).u32(0).u64(comms.length()).text(comms).u32(cpus.size());
    out.text("options  \0");
    option(out, 4, "local [mono] boot\0");
    option(out, 99, "an option of the future\0");
    option(out, 5, "Linux box 6.18.15 x86_64\0");
    out.u16(0).text("flyrecord\0");
    int places = out.size();
    int at = (places + 16 * cpus.size() + shape.pageBytes() - 1) / shape.pageBytes() * shape.pageBytes();
    List<byte[]> areas = new ArrayList<>();
    for (int cpu = 0; cpu < cpus.size(); cpu++) {
      byte[] area = pages(cpu, shape);
      areas.add(area);
      out.u64(at).u64(area.length);
      at += area.length;
    }
    out.pad(shape.pageBytes());
    areas.forEach(out::bytes);
    return out.toByteArray();
  }

  /** A new file of version 7; CPU n becomes {@code ids[n]}, in the instance {@code buffer}. */
  byte[] v7(Shape shape, String compression, String buffer, int... ids) {
    Out out = new Out(shape.order());
    head(out, "7", shape);
    out.text(compression + "\0" + (compression.equals("none") ? "" : "1.2") + "\0");
    int first = out.size();
    out.u64(0);
    Map<Integer, Integer> sections = new HashMap<>();
    Out content = new Out(shape.order());
    headers(content, shape);
    sections.put(16, section(out, 16, compression, content));
    content = new Out(shape.order());
    formats(content, List.of("ftrace"), false);
    sections.put(17, section(out, 17, compression, content));
    content = new Out(shape.order());
    formats(content, systems.subList(1, systems.size()), true);
    sections.put(18, section(out, 18, compression, content));
    sections.put(21, section(out, 21, compression, new Out(shape.order()).u64(comms.length()).text(comms)));
    Out options = new Out(shape.order());
    sections.forEach((id, at) -> options.u16(id).u32(8).u64(at));
    option(options, 4, "local [mono] boot\0");
    option(options, 99, "an option of the future\0");
    option(options, 5, "Linux box 6.18.15 x86_64\0");
    options.u16(8).u32(4).u32(cpus.size());
    int next = options.u16(0).u32(8).size();
    options.u64(0);
    out.put64(first, out.size());
    int optionsAt = section(out, 0, "none", options);
    int bufferAt = out.size();
    out.u16(3).u16(compression.equals("none") ? 0 : 1).u32(0).u64(0);
    Out last = new Out(shape.order()).u64(bufferAt).text(buffer + "\0mono\0").u32(shape.pageBytes()).u32(ids.length);
    for (int cpu = 0; cpu < ids.length; cpu++) {
      out.pad(shape.pageBytes());
      byte[] area = area(pages(cpu, shape), compression, shape);
      last.u32(ids[cpu]).u64(out.size()).u64(area.length - (compression.equals("none") ? 0 : 4));
      out.bytes(area);
    }
    out.put64(bufferAt + 8, out.size() - bufferAt - 16);
    out.put64(optionsAt + 16 + next, out.size());
    Out end = new Out(shape.order()).u16(3).u32(last.size()).bytes(last.toByteArray()).u16(0).u32(8).u64(0);
    section(out, 0, "none", end);
    return out.toByteArray();
  }

  /** Pages as they are, or in chunks of three. */
  private static byte[] area(byte[] pages, String compression, Shape shape) {
    if (compression.equals("none")) {
      return pages;
    }
    int chunk = 3 * shape.pageBytes();
    Out out = new Out(shape.order()).u32((pages.length + chunk - 1) / chunk);
    for (int at = 0; at < pages.length; at += chunk) {
      byte[] part = Arrays.copyOfRange(pages, at, Math.min(at + chunk, pages.length));
      byte[] folded = fold(part, compression);
      out.u32(folded.length).u32(part.length).bytes(folded);
    }
    return out.toByteArray();
  }

  private static byte[] fold(byte[] bytes, String compression) {
    if (compression.equals("zstd")) {
      return Zstd.compress(bytes);
    }
    Deflater deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    byte[] folded = new byte[bytes.length + 1_000];
    int length = deflater.deflate(folded);
    deflater.end();
    return Arrays.copyOf(folded, length);
  }

  /** Appends a section; where it begins. */
  private static int section(Out out, int id, String compression, Out content) {
    int at = out.size();
    byte[] body = content.toByteArray();
    boolean folded = !compression.equals("none");
    if (folded) {
      byte[] bytes = fold(body, compression);
      body = new Out(content.order()).u32(bytes.length).u32(content.size()).bytes(bytes).toByteArray();
    }
    out.u16(id).u16(folded ? 1 : 0).u32(0).u64(body.length).bytes(body);
    return at;
  }

  private static void head(Out out, String version, Shape shape) {
    out.bytes(DatHeader.MAGIC).text(version + "\0");
    out.write(shape.order() == ByteOrder.BIG_ENDIAN ? 1 : 0);
    out.write(shape.longBytes());
    out.u32(shape.pageBytes());
  }

  private void headers(Out out, Shape shape) {
    out.text("header_page\0").u64(shape.headerPage().length()).text(shape.headerPage());
    out.text("header_event\0").u64(headerEvent.length()).text(headerEvent);
  }

  private void formats(Out out, List<String> of, boolean named) {
    if (named) {
      out.u32(of.size());
    }
    for (String system : of) {
      List<String> texts = formats.getOrDefault(system, List.of());
      out.text(named ? system + "\0" : "").u32(texts.size());
      texts.forEach(text -> out.u64(text.length()).text(text));
    }
  }

  private static void option(Out out, int id, String text) {
    out.u16(id).u32(text.length()).text(text);
  }

  /** Bytes that are written one after the other. */
  private static final class Out extends ByteArrayOutputStream {
    private final ByteOrder order;

    Out(ByteOrder order) {
      this.order = order;
    }

    ByteOrder order() {
      return order;
    }

    Out u16(int value) {
      return bytes(ByteBuffer.allocate(2).order(order).putShort((short) value).array());
    }

    Out u32(int value) {
      return bytes(ByteBuffer.allocate(4).order(order).putInt(value).array());
    }

    Out u64(long value) {
      return bytes(ByteBuffer.allocate(8).order(order).putLong(value).array());
    }

    Out text(String text) {
      return bytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Out bytes(byte[] bytes) {
      writeBytes(bytes);
      return this;
    }

    void pad(int to) {
      while (size() % to != 0) {
        write(0);
      }
    }

    void put64(int at, long value) {
      ByteBuffer.wrap(buf).order(order).putLong(at, value);
    }
  }
}
