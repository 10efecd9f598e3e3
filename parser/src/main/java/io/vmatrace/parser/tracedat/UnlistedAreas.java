package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.input.BlockCompression;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds the pages of each CPU in a file of version 7 that ends before it says where they are. The options that list them stand after
 * them; but the sections follow each other, and in one with events each CPU's pages begin at a multiple of the page size, and a CPU
 * without events has no place (trace-cmd 3.1.6, lib/trace-cmd/trace-output.c out_write_cpu_data(), out_write_section_header()).
 */
final class UnlistedAreas {
  private static final int HEAD_BYTES = 16;
  private static final int COMPRESSED = 1;

  /** Compressed and decompressed length of a chunk. */
  private static final int CHUNK_HEAD_BYTES = 2 * Integer.BYTES;

  /** The name and clock of a buffer whose options are lost. */
  private static final String UNKNOWN_BUFFER = "(a buffer whose name and clock the file does not say)";

  private final FileBytes file;
  private final Recording recording;
  private final PageLayout layout;
  private final BlockCompression compression;
  private final long alignment;
  private final DatReader in;
  private final List<CpuArea> found = new ArrayList<>();
  private boolean anySection;

  UnlistedAreas(FileBytes file, DatHeader header, Recording recording, PageLayout layout, BlockCompression compression) {
    this.file = file;
    this.recording = recording;
    this.layout = layout;
    this.compression = compression;
    alignment = Long.bitCount(header.pageBytes()) == 1 ? header.pageBytes() : layout.pageBytes();
    in = new DatReader(file, recording.numbers, 0);
  }

  /**
   * Goes from section to section and takes those with events that are not listed.
   *
   * @param from where a section is, before them
   * @param listed where the sections are of which the options told what is in them
   * @return whether there was one
   */
  boolean find(long from, Set<Long> listed, DatAreas areas) throws CaptureException {
    long next = from;
    while (next >= from && next <= file.size() - HEAD_BYTES) {
      long at = next;
      in.at(at);
      int id = in.u16();
      boolean compressed = (in.u16() & COMPRESSED) != 0;
      in.u32();
      long size = in.u64();
      if (id == DatOptions.BUFFER_TEXT) {
        throw TraceDat.latency(file);
      }
      if (id == DatOptions.BUFFER && !listed.contains(at)) {
        boolean isTop = !anySection && listed.isEmpty(); // trace-cmd writes the instances' after it
        anySection = true;
        section(at + HEAD_BYTES, size, compressed ? compression : BlockCompression.NONE, isTop, areas);
      }
      next = size <= 0 ? -1 : at + HEAD_BYTES + size; // trace-cmd writes the size when the section is whole
    }
    return anySection;
  }

  private void section(long begin, long size, BlockCompression how, boolean isTop, DatAreas areas) throws CaptureException {
    boolean cut = size <= 0 || size > file.size() - begin;
    long end = cut ? file.size() : begin + size;
    found.clear();
    if (how == BlockCompression.NONE) {
      pages(align(begin), end, cut);
    } else {
      chunks(align(begin), end, how);
    }
    if (!areas.isEmpty()) {
      leaveOut();
      return;
    }
    // a CPU without events has no area, so only as many as there are CPUs say of which each is
    boolean certain = isTop && found.size() == recording.cpus;
    for (int i = 0; i < found.size(); i++) {
      areas.add(certain ? found.get(i).of(i) : found.get(i));
    }
    recording.lostCpus |= cut && !certain;
    say(certain);
  }

  /** The clock of a further buffer may be another one: its times cannot be compared with the others'. */
  private void leaveOut() {
    if (!found.isEmpty()) {
      recording.leftOut.merge(UNKNOWN_BUFFER, found.stream().mapToLong(CpuArea::size).sum(), Long::sum);
    }
  }

  private void say(boolean certain) {
    if (!certain) {
      recording.clock.guest(null); // measured for each CPU: the times stay the guest's own
      recording.details.remove("times");
    }
    String of = certain ? "one for each CPU" : "of which CPU each is, is not known";
    recording.detail("unlisted", "the file does not say where its events are; places with events that were found: %d, %s".formatted(found.size(), of));
  }

  /** Areas of compressed pages say how long they are. */
  private void chunks(long from, long end, BlockCompression how) throws CaptureException {
    for (long at = from; end - at > Integer.BYTES; ) {
      in.at(at);
      long left = in.u32();
      if (left == 0) {
        return;
      }
      long next = at + Integer.BYTES;
      while (left > 0 && end - next >= CHUNK_HEAD_BYTES) {
        in.at(next);
        long behind = next + CHUNK_HEAD_BYTES + in.u32();
        if (behind > end) {
          break;
        }
        next = behind;
        left--;
      }
      add(at, left == 0 ? next : end, how, left > 0);
      at = left == 0 ? align(next) : end;
    }
  }

  /**
   * Pages follow each other, and those of a CPU are in the order of time: where a page is older than the one before it, another CPU
   * begins. Where it is not, two CPUs become one area, whose events are in the order of time all the same.
   */
  private void pages(long from, long end, boolean cut) throws CaptureException {
    PageTimes times = new PageTimes(recording.numbers, layout);
    byte[] page = new byte[layout.pageBytes()];
    long begin = from;
    long last = Long.MIN_VALUE;
    for (long at = from; at < end; at += page.length) {
      int bytes = file.read(at, page, 0, (int) Math.min(page.length, end - at));
      if (times.read(page, bytes)) {
        if (times.first() < last && found.size() < DatAreas.MOST_UNLISTED) {
          add(begin, at, BlockCompression.NONE, false);
          begin = at;
        }
        last = times.last();
      }
    }
    if (end > begin) {
      add(begin, end, BlockCompression.NONE, cut);
    }
  }

  private void add(long from, long to, BlockCompression how, boolean cut) {
    found.add(new CpuArea(file, "", CpuArea.UNKNOWN_CPU, from, to - from, layout, how, cut));
  }

  private long align(long at) {
    return (at + alignment - 1) / alignment * alignment;
  }
}
