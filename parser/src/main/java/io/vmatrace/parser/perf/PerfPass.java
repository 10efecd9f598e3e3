package io.vmatrace.parser.perf;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.stat.ImportStats;
import java.util.ArrayList;
import java.util.List;

/** Once through a perf.data: a file, or the files of a directory (perf record --threads), of which the first has the header. */
final class PerfPass {
  private static final int SAMPLE = 9;
  private static final int FINISHED_ROUND = 68;

  private final List<FileBytes> files;
  private final PerfHeader header;
  private final CaptureLimits limits;
  final PerfDescription description;
  final ImportStats stats = new ImportStats();
  private final PipeRecords pipeRecords;

  /** Reads what the file says at its beginning and end; the records come with {@link #run}. */
  PerfPass(List<FileBytes> files, EventNames names, CaptureLimits limits) throws CaptureException {
    this.files = files;
    this.limits = limits;
    FileBytes first = files.get(0);
    header = PerfHeader.read(first);
    description = new PerfDescription(first, header.numbers(), names);
    pipeRecords = new PipeRecords(description);
    if (!header.piped()) {
      FileSections.read(first, header, description);
    }
  }

  boolean isPiped() {
    return header.piped();
  }

  /** Decodes all records. */
  void run(boolean raw, BatchQueue out) throws CaptureException {
    TimeOrder order = new TimeOrder(out.empty(), raw, out::next);
    Samples samples = new Samples(description, order, stats);
    SidebandRecords sidebandRecords = new SidebandRecords(description, order, samples, stats);
    List<RecordReader> readers = readers();
    try {
      read(readers, order, samples, sidebandRecords, out);
    } finally {
      readers.forEach(RecordReader::close);
      description.attrs.resolve();
      samples.finish();
      sidebandRecords.finish();
      order.finish();
    }
  }

  /** All bytes of the first file outside its records are frame; the other files of a directory are records all through. */
  private List<RecordReader> readers() {
    List<RecordReader> readers = new ArrayList<>();
    FileBytes first = files.get(0);
    long from = Math.min(header.data().from(), first.size());
    long to = header.data().size() == 0 ? first.size() : Math.min(header.data().to(), first.size());
    stats.frame(first.size() - (to - from));
    readers.add(new RecordReader(new RecordReader.Part(first, from, to), header.numbers(), header.piped(), limits, stats));
    for (FileBytes file : files.subList(1, files.size())) {
      readers.add(new RecordReader(new RecordReader.Part(file, 0, file.size()), header.numbers(), false, limits, stats));
    }
    return readers;
  }

  /** The file that is furthest behind in time is read next. */
  private void read(List<RecordReader> readers, TimeOrder order, Samples samples, SidebandRecords sidebandRecords, BatchQueue out) throws CaptureException {
    List<RecordReader> open = new ArrayList<>(readers);
    while (!open.isEmpty()) {
      RecordReader reader = furthestBehind(open);
      long upTo = open.size() == 1 ? Long.MAX_VALUE : secondBehind(open, reader);
      do {
        if (!reader.next()) {
          open.remove(reader);
          break;
        }
        take(reader, order, samples, sidebandRecords);
        out.position = reader.position();
      } while (reader.lastTime <= upTo);
    }
    for (RecordReader reader : readers) {
      if (reader.isCutShort()) {
        description.cutShort("the last record is not whole: the file is cut short");
      }
    }
  }

  private static RecordReader furthestBehind(List<RecordReader> open) {
    RecordReader behind = open.get(0);
    for (RecordReader reader : open) {
      behind = reader.lastTime < behind.lastTime ? reader : behind;
    }
    return behind;
  }

  private static long secondBehind(List<RecordReader> open, RecordReader first) {
    return open.stream().filter(reader -> reader != first).mapToLong(reader -> reader.lastTime).min().orElse(Long.MAX_VALUE);
  }

  private void take(RecordReader reader, TimeOrder order, Samples samples, SidebandRecords sidebandRecords) {
    int type = reader.type();
    if (type == SAMPLE) {
      description.attrs.resolve();
      samples.take(reader);
      return;
    }
    int charge = reader.charge();
    if (type == FINISHED_ROUND) {
      order.round();
    } else if (!header.piped() || !pipeRecords.take(reader)) {
      sidebandRecords.take(reader);
    }
    stats.frame(charge);
  }
}
