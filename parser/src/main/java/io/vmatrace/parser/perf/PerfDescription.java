package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.record.CommHistory;
import io.vmatrace.parser.record.RecordDecoder;
import io.vmatrace.parser.record.TracingData;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a perf.data says about its records: the events, their formats, the machine, the tasks. */
final class PerfDescription {
  private final FileBytes file;
  final Numbers numbers;
  final PerfAttrs attrs;
  final PerfFeatures features;
  final RecordDecoder decoder;
  final CommHistory comms = new CommHistory();

  /** What is missing at the end, in one line, or null. */
  private @Nullable String cutShort;

  private @Nullable String unreadableFormats;
  private boolean formatsRead;

  PerfDescription(FileBytes file, Numbers numbers, EventNames names) {
    this.file = file;
    this.numbers = numbers;
    decoder = new RecordDecoder(numbers, names);
    attrs = new PerfAttrs(decoder);
    features = new PerfFeatures(numbers, attrs);
  }

  @Nullable String cutShort() {
    return cutShort;
  }

  /** Notes what is missing at the end; the first note stays. */
  void cutShort(String what) {
    cutShort = cutShort == null ? what : cutShort;
  }

  /** Reads the tracing data at [from, to), once; without it the samples of tracepoints have no names. */
  void tracingData(long from, long to) {
    if (formatsRead) {
      return;
    }
    formatsRead = true;
    try {
      TracingData data = TracingData.read(file, from, to);
      data.formats().forEach(decoder::add);
      data.cmdlines().forEach(decoder::comm);
      if (!data.unreadable().isEmpty()) {
        unreadableFormats = "%d: %s".formatted(data.unreadable().size(), data.unreadable().get(0));
      }
    } catch (CaptureException e) {
      String message = String.valueOf(e.getMessage());
      cutShort(message.substring(Math.min(message.length(), file.path().length() + 2)));
    }
    attrs.unresolve();
  }

  /** What a task was called at a time: by the records of the file, or as ftrace remembered it at the end; empty when neither says. */
  String comm(int tid, long time) {
    String comm = comms.at(tid, time);
    return comm.isEmpty() ? decoder.comm(tid) : comm;
  }

  /** The clock of the samples. */
  String clock() {
    PerfAttr first = attrs.first();
    return first == null ? "perf" : first.clock();
  }

  /** What else it says about itself, for a person. */
  Map<String, String> details() {
    attrs.resolve();
    Map<String, String> details = new LinkedHashMap<>(features.details());
    String events = String.join(", ", attrs.namesOfAll());
    if (!events.isEmpty()) {
      details.put("events", events);
    }
    String sampled = rates(attr -> (attr.isTracepoint() || attr.use == SampleUse.PAGE_FAULT) && !attr.isOfEvery());
    if (!sampled.isEmpty()) {
      details.put("not every occurrence", sampled);
    }
    if (attrs.all().stream().anyMatch(PerfAttr::isOverwriting)) {
      details.put(CaptureFacts.OVERWRITTEN, "overwritten where a buffer was full (--overwrite)");
    }
    if (unreadableFormats != null) {
      details.put("unreadable formats", unreadableFormats);
    }
    return details;
  }

  /** Names of the tracepoints of which every occurrence was recorded: none where the command had a filter. */
  Set<String> recordedInFull() {
    if (features.details().getOrDefault("command", "").contains("--filter")) {
      return Set.of();
    }
    attrs.resolve();
    return attrs.all().stream()
        .filter(attr -> attr.isTracepoint() && attr.isOfEvery())
        .map(attr -> attr.name.substring(attr.name.indexOf(':') + 1))
        .collect(Collectors.toSet());
  }

  private String rates(Predicate<PerfAttr> which) {
    return attrs.all().stream().filter(which).map(attr -> attr.name + " " + attr.rate()).distinct().collect(Collectors.joining(", "));
  }
}
