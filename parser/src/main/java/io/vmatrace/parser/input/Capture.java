package io.vmatrace.parser.input;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A capture that has been opened and recognised. It is decoded once, in order, and can afterwards be asked for single events again. */
public interface Capture extends AutoCloseable {
  /** As given, or "standard input". */
  String path();

  /** The name of its format, as reports have it, e.g. ftrace-text, trace.dat, perf.data. */
  String format();

  /** Why it was recognised as that, for a person. */
  String ground();

  /** gz, xz, zst, bz2, lz4, or null. */
  @Nullable String compression();

  /** What it says about itself before its events. */
  default Preamble preamble() {
    return Preamble.NONE;
  }

  /**
   * Decodes everything, and hands batches over in the order of time on the calling thread, as far as the capture has one. Call it
   * once.
   *
   * @param wantsMore told of each batch, which is reused afterwards; false when it wants no more
   * @param raw whether the batches keep the bytes of each event, for {@link #describer}
   * @param progress told how many bytes of the file have been read, now and then
   * @throws CaptureException when the rest cannot be read; what came before has been handed over
   */
  void decode(Predicate<EventBatch> wantsMore, boolean raw, LongConsumer progress) throws CaptureException;

  /** The same, for callers that continue with the readable part: returns why the rest cannot be read, or null. */
  default @Nullable String decodeReadable(Predicate<EventBatch> wantsMore, boolean raw, LongConsumer progress) {
    try {
      decode(wantsMore, raw, progress);
      return null;
    } catch (CaptureException e) {
      return e.getMessage();
    }
  }

  /** What the capture says about itself and what was read of it; complete after {@link #decode}, and as far as that is while it hands over. */
  CaptureFacts facts();

  /** Describes events of batches that keep their bytes. */
  EventDescriber describer();

  /**
   * Reads single events again, in a second pass over the input.
   *
   * @param ats places of events ({@link EventBatch#at}), ascending, without repeats
   * @return the events there, in the same order; what is no event is left out
   */
  List<QuotedEvent> quote(long[] ats) throws CaptureException;

  /**
   * Decodes everything once more, after {@link #decode}: the same events at the same places. Nothing is counted again.
   *
   * @param wantsMore told of each batch, which keeps the bytes of each event and is reused afterwards; false when it wants no more
   * @throws CaptureException when the rest cannot be read
   */
  void decodeAgain(Predicate<EventBatch> wantsMore) throws CaptureException;

  @Override
  void close();
}
