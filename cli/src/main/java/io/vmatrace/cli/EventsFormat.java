package io.vmatrace.cli;

import io.vmatrace.checker.events.EventOutput;
import io.vmatrace.checker.events.EventStream;
import io.vmatrace.checker.events.Selection;
import io.vmatrace.checker.timeline.Timelines;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/** What {@code vmatrace events} writes; the names are what the user types. */
enum EventsFormat {
  ndjson(EventStream::ndjson),
  csv(EventStream::csv),
  perfetto(EventsFormat::timelines),
  none((selection, _, refused) -> EventStream.counted(selection, refused));

  /** Begins an output. */
  interface Opener {
    /**
     * @param refused whether nobody reads the output any more
     * @throws IllegalArgumentException when the output cannot show such a selection; the message is for a person
     */
    EventOutput open(Selection selection, OutputStream out, BooleanSupplier refused);
  }

  private final Opener opener;

  EventsFormat(Opener opener) {
    this.opener = opener;
  }

  Opener opener() {
    return opener;
  }

  /** A timeline shows what lasts, of whole mms and tasks. */
  private static EventOutput timelines(Selection selection, OutputStream out, BooleanSupplier refused) {
    if (!selection.events().isEmpty() || !selection.addresses().isEmpty()) {
      throw new IllegalArgumentException("perfetto shows holds, faults and VMAs: select with --from, --to, --task and --mm");
    }
    if (!selection.tasks().stream().allMatch(task -> task.matches("\\d{1,9}"))) {
      throw new IllegalArgumentException("--task: perfetto selects tasks by pid");
    }
    return new Timelines(selection, out, refused);
  }
}
