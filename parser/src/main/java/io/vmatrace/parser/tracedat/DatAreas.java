package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.input.BlockCompression;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileBytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects where CPUs' pages are said to be, and sees to it that they can be there: in the file, and no byte in two places. */
final class DatAreas {
  /** The count of chunks, which the size of compressed pages does not include (as trace-cmd 3.1.6 writes it). */
  private static final int COUNT_BYTES = Integer.BYTES;

  /** Most areas of one buffer that are looked for where no list says how many there are. */
  static final int MOST_UNLISTED = 1 << 10;

  private final FileBytes file;
  private final List<CpuArea> areas = new ArrayList<>();
  private boolean anyCut;

  DatAreas(FileBytes file) {
    this.file = file;
  }

  /** What a file says of the pages of one CPU. */
  record Listed(long cpu, long offset, long size) {
    boolean isSound() {
      return cpu < CpuArea.MOST_CPUS && offset >= 0 && size >= 0 && offset + size + COUNT_BYTES >= 0;
    }
  }

  /**
   * Adds an area that the file lists.
   *
   * @param in reads the list
   * @throws CaptureException when it cannot be there
   */
  void add(String buffer, Listed listed, PageLayout layout, BlockCompression compression, DatReader in) throws CaptureException {
    long offset = listed.offset();
    long size = listed.size();
    if (size == 0) {
      return;
    }
    if (!listed.isSound()) {
      throw in.corrupt("CPU %d with %s bytes at %s".formatted(listed.cpu(), Long.toUnsignedString(size), Long.toUnsignedString(offset)));
    }
    long whole = compression == BlockCompression.NONE ? size : size + COUNT_BYTES;
    long there = Math.clamp(file.size() - offset, 0, whole);
    anyCut |= there < size;
    areas.add(new CpuArea(file, buffer, (int) listed.cpu(), offset, there, layout, compression, there < size));
  }

  /** Adds an area that is in the file. */
  void add(CpuArea area) {
    anyCut |= area.cut();
    areas.add(area);
  }

  /** Whether no area has bytes. */
  boolean isEmpty() {
    return areas.stream().noneMatch(area -> area.size() > 0);
  }

  /** Hands over what was collected. */
  void into(Recording recording, DatReader in) throws CaptureException {
    List<CpuArea> sorted = areas.stream().filter(area -> area.size() > 0).sorted(Comparator.comparingLong(CpuArea::offset)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      CpuArea before = sorted.get(i - 1);
      if (before.offset() + before.size() > sorted.get(i).offset()) {
        throw in.corrupt("the pages of CPUs %d and %d are in the same place".formatted(before.cpu(), sorted.get(i).cpu()));
      }
    }
    recording.areas.addAll(areas);
    if (anyCut) {
      recording.cutShort = "the file ends at byte %d, before its events do: it is cut short".formatted(file.size());
    }
  }
}
