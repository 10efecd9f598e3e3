package io.vmatrace.parser.perf;

import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileBytes;
import java.util.BitSet;

/** Reads what a perf.data that is a file says before and after its records (tools/perf/util/header.c perf_session__read_header()). */
final class FileSections {
  private static final int STEP = 64 << 10;

  private final FileBytes file;
  private final PerfHeader header;
  private final PerfDescription into;

  private FileSections(FileBytes file, PerfHeader header, PerfDescription into) {
    this.file = file;
    this.header = header;
    this.into = into;
  }

  static void read(FileBytes file, PerfHeader header, PerfDescription into) throws CaptureException {
    FileSections sections = new FileSections(file, header, into);
    sections.attrs();
    if (header.data().size() == 0) {
      into.cutShort("perf record did not end properly: the header does not say where the records end, and the formats of the events are missing");
    } else if (header.data().to() > file.size()) {
      into.cutShort(
          "the header says that the records end at byte %d, and the file at %d: it is cut short, and the formats of the events are missing"
              .formatted(header.data().to(), file.size()));
    } else {
      sections.features();
    }
  }

  /** Entries of {attr, section of its ids}. */
  private void attrs() throws CaptureException {
    long end = Math.min(header.attrs().to(), file.size());
    byte[] entry = new byte[header.attrSize()];
    for (long at = header.attrs().from(); at + entry.length <= end; at += entry.length) {
      file.read(at, entry, 0, entry.length);
      PerfAttr attr = new PerfAttr(into.numbers, entry, 0, entry.length - PerfHeader.Section.BYTES);
      into.attrs.add(attr);
      ids(attr, PerfHeader.Section.of(into.numbers, entry, entry.length - PerfHeader.Section.BYTES));
    }
  }

  private void ids(PerfAttr attr, PerfHeader.Section ids) throws CaptureException {
    if (into.attrs.haveAllIds()) {
      return;
    }
    byte[] b = new byte[Math.clamp(ids.size(), 0, STEP)];
    for (long at = ids.from(); ids.isSound() && at < ids.to(); at += b.length) {
      int n = file.read(at, b, 0, (int) Math.min(b.length, ids.to() - at));
      if (n < Long.BYTES || !into.attrs.ids(attr, into.numbers, b, 0, n)) {
        return;
      }
    }
  }

  /** A table of sections follows the records, one for each feature that is there. */
  private void features() throws CaptureException {
    byte[] entry = new byte[PerfHeader.Section.BYTES];
    long at = header.data().to();
    BitSet features = header.features();
    for (int feature = features.nextSetBit(0); feature >= 0; feature = features.nextSetBit(feature + 1), at += entry.length) {
      if (file.read(at, entry, 0, entry.length) < entry.length) {
        into.cutShort("the file ends at byte %d, where it should say where its features are: it is cut short".formatted(file.size()));
        return;
      }
      PerfHeader.Section section = PerfHeader.Section.of(into.numbers, entry, 0);
      if (!section.isSound() || section.to() > file.size()) {
        into.cutShort("feature %d ends after the end of the file at byte %d: it is cut short".formatted(feature, file.size()));
      } else if (feature == PerfFeatures.TRACING_DATA) {
        into.tracingData(section.from(), section.to());
      } else if (PerfFeatures.isRead(feature) && section.size() <= PerfFeatures.LARGEST) {
        byte[] b = new byte[(int) section.size()];
        into.features.read(feature, b, 0, file.read(section.from(), b, 0, b.length));
      }
    }
  }
}
