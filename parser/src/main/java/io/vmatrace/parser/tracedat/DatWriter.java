package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.input.BlockCompression;
import io.vmatrace.parser.input.ZstdCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a trace.dat of version 7 of this machine, compressed with zstd, in the order of trace-cmd 3.1.6: the sections, the options
 * that say where they are, the pages of the CPUs, the options that say where those are, and the names of the sections
 * (lib/trace-cmd/trace-output.c).
 */
final class DatWriter {
  private static final byte COMPRESSED = 1;
  private static final int SECTION_BYTES = 16;

  /** What trace-cmd calls the version of its library; of ours it is that of the format. */
  private static final String ZSTD_VERSION = "1";

  private final FileChannel out;
  private final int pageBytes;
  private final Bytes options = new Bytes();
  private final Bytes names = new Bytes();
  private final long optionsPlace;

  /** Begins a file. */
  DatWriter(FileChannel out, int pageBytes) throws IOException {
    this.out = out;
    this.pageBytes = pageBytes;
    Bytes head = new Bytes().bytes(DatHeader.MAGIC).name("7");
    head.write(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? 1 : 0);
    head.write(Long.BYTES);
    head.u32(pageBytes).name(BlockCompression.ZSTD.text()).name(ZSTD_VERSION);
    optionsPlace = head.size();
    write(head.u64(0));
  }

  /** Adds a section, and the option that says where it is. */
  void section(int id, String name, Bytes content) throws IOException {
    options.u16(id).u32(Long.BYTES).u64(out.position());
    byte[] plain = content.toByteArray();
    byte[] frame = new byte[ZstdCompressor.bound(plain.length)];
    try (ZstdCompressor zstd = new ZstdCompressor()) {
      int length = zstd.compress(plain, plain.length, frame);
      Bytes body = new Bytes().u32(length).u32(plain.length);
      body.write(frame, 0, length);
      section(id, COMPRESSED, name, body);
    }
  }

  /** Adds an option. */
  void option(int id, byte[] content) {
    options.u16(id).u32(content.length).bytes(content);
  }

  /** The same, of a text, which ends with a NUL. */
  void option(int id, String text) {
    option(id, new Bytes().name(text).toByteArray());
  }

  /** Adds the pages of all CPUs, as the top buffer, and ends the file. */
  void buffer(String clock, List<PageFrames> cpus) throws IOException {
    put(optionsPlace, out.position());
    long optionsAt = out.position();
    options.u16(DatOptions.DONE).u32(Long.BYTES);
    long nextPlace = optionsAt + SECTION_BYTES + options.size();
    section(DatOptions.DONE, (byte) 0, "options", options.u64(0));

    long bufferAt = out.position();
    section(DatOptions.BUFFER, COMPRESSED, "buffer flyrecord ", new Bytes());
    Bytes buffer = new Bytes().u64(bufferAt).name("").name(clock).u32(pageBytes).u32(cpus.size());
    for (PageFrames cpu : cpus) {
      write(new Bytes().zeros(Math.floorMod(-out.position(), pageBytes)));
      buffer.u32(cpu.cpu()).u64(out.position());
      write(new Bytes().u32(cpu.count()));
      buffer.u64(cpu.copyTo(out));
    }
    put(bufferAt + SECTION_BYTES - Long.BYTES, out.position() - bufferAt - SECTION_BYTES);

    put(nextPlace, out.position());
    Bytes last = new Bytes().u16(DatOptions.BUFFER).u32(buffer.size()).bytes(buffer.toByteArray()).u16(DatOptions.DONE).u32(Long.BYTES).u64(0);
    section(DatOptions.DONE, (byte) 0, "options", last);
    section(DatOptions.STRINGS, (byte) 0, "strings", names); // writes its own name first
  }

  private void section(int id, byte flags, String name, Bytes body) throws IOException {
    int place = names.size();
    names.name(name);
    write(new Bytes().u16(id).u16(flags).u32(place).u64(body.size()));
    write(body);
  }

  private void put(long place, long value) throws IOException {
    out.write(ByteBuffer.wrap(new Bytes().u64(value).toByteArray()), place);
  }

  private void write(Bytes bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
  }

  /** Numbers and texts, one after the other, in the byte order of this machine. */
  static final class Bytes extends ByteArrayOutputStream {
    Bytes u16(int value) {
      return bytes(ByteBuffer.allocate(Short.BYTES).order(ByteOrder.nativeOrder()).putShort((short) value).array());
    }

    Bytes u32(int value) {
      return bytes(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(value).array());
    }

    Bytes u64(long value) {
      return bytes(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(value).array());
    }

    /** A text and a NUL; a letter is a byte, so that the names of tasks come through as they are. */
    Bytes name(String text) {
      return bytes((text + '\0').getBytes(StandardCharsets.ISO_8859_1));
    }

    Bytes bytes(byte[] bytes) {
      writeBytes(bytes);
      return this;
    }

    Bytes zeros(int count) {
      return bytes(new byte[count]);
    }
  }
}
