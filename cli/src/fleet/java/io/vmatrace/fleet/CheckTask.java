package io.vmatrace.fleet;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.report.Gate;
import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.stats.CaptureStats;
import io.vmatrace.checker.stats.Distribution;
import io.vmatrace.checker.stats.StatsReport;
import io.vmatrace.checker.stats.Timed;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Checks one object as {@code vmatrace check} does, from its stream. Whatever is wrong with the object becomes a row with the error; what
 * is wrong with the store fails the task, so that it is tried again, and becomes such a row when it is tried last.
 *
 * @param tool the version that checks
 * @param tries how often a task may fail before Spark gives the job up
 */
record CheckTask(String tool, int tries) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** All rules, without stories, for which the capture would be read once more. */
  private static final Check.Wanted WANTED = new Check.Wanted(false, _ -> true, Gate.SHUT, false);

  /** One thread decodes: the tasks are what runs at once. */
  private static final CaptureRun.Options OPTIONS = CaptureRun.Options.DEFAULT.sharedBy(Integer.MAX_VALUE);

  /** The kernel of a capture that shows none. */
  private static final String UNKNOWN = "unknown";

  /** Why there is no report, and whether another run may have one. */
  record Failure(String error, boolean again) {}

  /**
   * Checks an object.
   *
   * @param attempt how often it was tried before
   */
  CaptureRows check(CaptureObject object, Configuration hadoop, int attempt) {
    long begin = System.nanoTime();
    Check check = new Check(WANTED);
    CaptureStats stats = new CaptureStats();
    Failure failure = failure(object, hadoop, check, stats);
    if (failure != null && failure.again && attempt + 1 < tries) {
      throw new UncheckedIOException(object.path() + ": " + failure.error, new IOException(failure.error));
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    return failure != null ? failed(object, failure, seconds) : rows(object, check.report(), stats.report(), seconds);
  }

  /** The row of an object of which no task comes to an end. Where there is more memory, another run may check it. */
  CaptureRows ended(CaptureObject object) {
    return failed(object, new Failure("its check ended %d executors: it may need more memory than they have".formatted(tries), true), 0);
  }

  private static @Nullable Failure failure(CaptureObject object, Configuration hadoop, Check check, CaptureStats stats) {
    if (Listing.isNoFile(object)) {
      return new Failure("is no file, but a FIFO, a socket or a device", false);
    }
    try (WatchedStream in = open(object, hadoop)) {
      return run(object, in, check, stats);
    } catch (FileNotFoundException e) {
      return missing(object, e);
    } catch (IOException e) {
      return new Failure(String.valueOf(e.getMessage()), true);
    } catch (RuntimeException e) {
      return new Failure("cannot be opened: " + e, true);
    }
  }

  /** It was removed since it was listed, or is on another machine's disk; but where it has no name, no try finds it. Java says so too where it may not be read. */
  static Failure missing(CaptureObject object, FileNotFoundException why) {
    if (String.valueOf(why.getMessage()).endsWith("(Permission denied)")) {
      return new Failure("may not be read: permission denied", true);
    }
    String encoding = System.getProperty("sun.jnu.encoding");
    return Listing.isWithoutName(object)
        ? new Failure("its name is no text in %s, the encoding of file names here: rename it, or run the job in another locale".formatted(encoding), false)
        : new Failure("is not there any more", true);
  }

  private static WatchedStream open(CaptureObject object, Configuration hadoop) throws IOException {
    Path path = new Path(object.path());
    FileSystem store = path.getFileSystem(hadoop);
    // a file's checksum may be beside it, in a file whose name Hadoop cannot form where this one's has a colon
    FileSystem bytes = store instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : store;
    return new WatchedStream(bytes.open(path));
  }

  private static @Nullable Failure run(CaptureObject object, WatchedStream in, Check check, CaptureStats stats) {
    try (CaptureSource source = CaptureSource.of(object.path(), in)) {
      CaptureRun.over(source, OPTIONS, _ -> {}, check, stats);
      return in.failure() == null ? null : new Failure(String.valueOf(in.failure().getMessage()), true);
    } catch (CaptureException e) {
      return new Failure(e.reason(), in.failure() != null);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      return failed(e);
    }
  }

  /** Memory may be short because of what runs beside it; a thread that decodes, or a class that is made ready, says it only as a cause. */
  static Failure failed(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError || String.valueOf(cause.getMessage()).contains("OutOfMemoryError")) {
        return new Failure("needs more memory than there is for it: " + cause.getMessage(), true);
      }
    }
    return new Failure("the check failed, which is a bug of vmatrace: " + error, false);
  }

  private CaptureRows failed(CaptureObject object, Failure failure, double seconds) {
    Object[] row = capture(object, UUID.randomUUID().toString(), failure, seconds);
    row[8] = Verdict.UNREADABLE.name();
    return CaptureRows.of(new EnumMap<>(Map.of(Tables.CAPTURES, List.of(RowFactory.create(row)))));
  }

  private Object[] capture(CaptureObject object, String id, @Nullable Failure failure, double seconds) {
    @Nullable Object[] row = new @Nullable Object[25];
    row[0] = id;
    row[1] = object.path();
    row[2] = object.length();
    row[3] = time(object.modified());
    row[4] = Timestamp.from(Instant.now());
    row[5] = tool;
    row[6] = failure != null && failure.again;
    row[7] = failure == null ? null : failure.error;
    row[22] = seconds;
    row[23] = UNKNOWN;
    row[24] = day(object);
    return row;
  }

  private static Timestamp time(long micros) {
    return Timestamp.from(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }

  private static String day(CaptureObject object) {
    return LocalDate.ofInstant(Instant.EPOCH.plus(object.modified(), ChronoUnit.MICROS), ZoneOffset.UTC).toString();
  }

  private CaptureRows rows(CaptureObject object, Report report, StatsReport stats, double seconds) {
    String id = UUID.randomUUID().toString();
    Object[] capture = capture(object, id, null, seconds);
    String kernel = Stream.of(report.kernel().release(), report.kernel().generation()).filter(Objects::nonNull).filter(name -> !name.isBlank()).findFirst().orElse(UNKNOWN);
    @Nullable Object[] known = {
      report.unreadable(),
      report.verdict().name(),
      String.join("; ", report.reasons()),
      report.format(),
      report.kernel().release(),
      report.kernel().generation(),
      report.evidence().name(),
      report.input().bytes(),
      report.input().events(),
      report.input().damaged(),
      report.input().lost(),
      report.faults().total(),
      report.faults().vmaLock(),
      report.faults().mmapLock(),
      report.faults().unresolved()
    };
    System.arraycopy(known, 0, capture, 7, known.length);
    capture[23] = Tables.folderOf(kernel);
    Object[] place = {capture[23], day(object)};
    EnumMap<Tables, List<Row>> rows = new EnumMap<>(Tables.class);
    rows.put(Tables.CAPTURES, List.of(RowFactory.create(capture)));
    rows.put(Tables.FINDINGS, report.findings().stream().map(finding -> row(place, finding(id, object, finding))).toList());
    rows.put(
        Tables.RULES,
        report.rules().stream().map(rule -> row(place, id, rule.id(), JsonParts.word(rule.status()), rule.checked(), rule.violations())).toList());
    rows.put(
        Tables.FAULTS,
        report.faultReasons().stream().map(reason -> row(place, id, reason.path(), reason.reason(), reason.count())).toList());
    rows.put(Tables.TIMES, times(id, place, stats));
    return CaptureRows.of(rows);
  }

  private static @Nullable Object[] finding(String id, CaptureObject object, FindingReport finding) {
    return new @Nullable Object[] {
      id,
      object.path(),
      finding.cause(),
      finding.rule(),
      finding.severity().text(),
      JsonParts.word(finding.certainty()),
      finding.message(),
      finding.mm(),
      finding.vma(),
      finding.range(),
      finding.at().line(),
      finding.at().offset()
    };
  }

  private static List<Row> times(String id, Object[] place, StatsReport stats) {
    List<Row> rows = new ArrayList<>();
    String unit = stats.inNanoseconds() ? "ns" : "ticks";
    for (Timed what : stats.recorded()) {
      Distribution of = stats.figures().times(what);
      rows.add(row(place, id, JsonParts.word(what), unit, of.count(), of.sum(), of.percentile(50), of.percentile(99), of.longest(), of.encoded()));
    }
    return rows;
  }

  /** A row with the columns that tables are partitioned by behind its own. */
  private static Row row(Object[] place, @Nullable Object... own) {
    @Nullable Object[] all = new @Nullable Object[own.length + place.length];
    System.arraycopy(own, 0, all, 0, own.length);
    System.arraycopy(place, 0, all, own.length, place.length);
    return RowFactory.create(all);
  }
}
