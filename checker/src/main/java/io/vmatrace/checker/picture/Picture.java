package io.vmatrace.checker.picture;

import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.picture.CapturePicture.Near;
import io.vmatrace.checker.picture.Spans.Column;
import io.vmatrace.checker.report.JsonParts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A capture's picture as data: a head and columns. */
public final class Picture {
  private static final int PAGE_SHIFT = 12;

  /** So many nanoseconds are a microsecond, in which most captures have their times. */
  private static final long MICROSECOND = 1_000;

  /**
   * The capture's times.
   *
   * @param first of its first event
   * @param last of its last event
   * @param nanoseconds whether they are in nanoseconds, and not in ticks
   */
  record Clock(long first, long last, boolean nanoseconds) {}

  private final PictureSteps steps;
  private final Clock clock;
  private final List<String> comms;
  private final Map<String, List<Near>> around;
  private final long tick;

  Picture(PictureSteps steps, Clock clock, List<String> comms, Map<String, List<Near>> around) {
    this.steps = steps;
    this.clock = clock;
    this.comms = comms;
    this.around = around;
    tick = clock.nanoseconds() && isInMicroseconds() ? MICROSECOND : 1;
  }

  /** The events around a finding, of which there may be none. */
  public List<Near> around(String finding) {
    return around.getOrDefault(finding, List.of());
  }

  /** When its first event was, in the capture's unit. */
  public long first() {
    return clock.first();
  }

  /** The capture's unit in one of the picture's. */
  public long tick() {
    return tick;
  }

  private boolean isInMicroseconds() {
    Spans spans = steps.tasks.spans();
    long all = clock.first() % MICROSECOND;
    for (int i = 0; i < spans.size() && all == 0; i++) {
      all |= spans.begin(i) % MICROSECOND | spans.end(i) % MICROSECOND;
    }
    return all == 0;
  }

  /**
   * The picture as bytes, deflated (zlib's format): how long the head is, in four bytes, the lowest first; the head, as JSON; the columns.
   *
   * @param more puts what else the page wants to know into the head
   */
  public byte[] encoded(Consumer<ObjectNode> more) {
    Columns columns = new Columns();
    ObjectNode head = head(columns);
    more.accept(head);
    ObjectNode places = head.putObject("columns");
    columns.places().forEach((name, place) -> places.putArray(name).add(place[0]).add(place[1]));
    byte[] json = head.toString().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      out.write(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(json.length).array());
      out.write(json);
      out.write(columns.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }

  private ObjectNode head(Columns columns) {
    ObjectNode head = JsonParts.object();
    head.put("first", Long.toString(clock.first())).put("tick", tick).put("unit", clock.nanoseconds() ? "ns" : "ticks").put("span", time(clock.last()));
    names(head);
    spans(head, "spans", steps.tasks.spans(), columns);
    spans(head, "vmas", steps.vmas.spans(), columns);
    counters(head, columns);
    faults(head, columns);
    meetings(head, columns);
    ArrayNode losses = head.putArray("losses");
    steps.losses.forEach(at -> losses.add(time(at)));
    return head;
  }

  private long time(long of) {
    return Math.max(0, of - clock.first()) / tick;
  }

  private void names(ObjectNode head) {
    ArrayNode tasks = head.putArray("tasks");
    for (int i = 0; i < comms.size(); i++) {
      tasks.addArray().add(steps.numbering.pids().get(i)).add(comms.get(i));
    }
    ArrayNode mms = head.putArray("mms");
    steps.numbering.mmAddresses().forEach(address -> mms.add(hex(address)));
    ArrayNode vmas = head.putArray("vmaNames");
    steps.numbering.vmaAddresses().forEach(address -> vmas.add(hex(address)));
    ArrayNode vmaMms = head.putArray("vmaMms");
    steps.numbering.vmaMms().forEach(vmaMms::add);
    ArrayNode calls = head.putArray("calls");
    for (SystemCall.Kind kind : SystemCall.Kind.values()) {
      calls.add(kind == SystemCall.Kind.OTHER ? "another system call" : kind.name().toLowerCase(Locale.ROOT) + "()");
    }
    ArrayNode reasons = head.putArray("reasons");
    for (FaultReason reason : FaultReason.values()) {
      reasons.add(reason.text());
    }
  }

  private static String hex(long value) {
    return Long.toHexString(value);
  }

  private void spans(ObjectNode head, String name, Spans spans, Columns columns) {
    head.putObject(name).put("size", spans.size()).put("all", spans.added()).put("grain", spans.grain() / tick).put("leftOut", spans.leftOut());
    int[] order = spans.byBegin();
    long before = 0;
    for (int i : order) {
      long begin = time(spans.begin(i));
      columns.put(begin - before);
      before = begin;
    }
    columns.end(name + ".begin");
    for (int i : order) {
      columns.put(time(spans.end(i)) - time(spans.begin(i)));
    }
    columns.end(name + ".length");
    for (int i : order) {
      columns.put(spans.count(i) - 1);
    }
    columns.end(name + ".more");
    for (Column column : Column.values()) {
      boolean large = column == Column.ADDRESS || name.equals("vmas") && column == Column.DETAIL;
      before = 0;
      for (int i : order) {
        long value = spans.value(column, i);
        if (large) {
          // addresses are of pages, most of them near the last one
          columns.putSigned((value >>> PAGE_SHIFT) - before);
          before = value >>> PAGE_SHIFT;
        } else {
          columns.put(value);
        }
      }
      columns.end(name + "." + column.name().toLowerCase(Locale.ROOT));
    }
  }

  private void counters(ObjectNode head, Columns columns) {
    Counters counters = steps.counters;
    head.putObject("counters").put("size", counters.size()).put("all", counters.added()).put("grain", counters.grain() / tick);
    long before = 0;
    for (int i = 0; i < counters.size(); i++) {
      columns.putSigned(time(counters.time(i)) - before);
      before = time(counters.time(i));
    }
    columns.end("counters.time");
    before = 0;
    for (int i = 0; i < counters.size(); i++) {
      columns.putSigned(counters.vma(i) - before);
      before = counters.vma(i);
    }
    columns.end("counters.vma");
    for (int i = 0; i < counters.size(); i++) {
      columns.put(Integer.toUnsignedLong(counters.value(i)));
    }
    columns.end("counters.value");
  }

  private void faults(ObjectNode head, Columns columns) {
    FaultGrid grid = steps.faults;
    ObjectNode node = head.putObject("faults").put("columns", FaultGrid.COLUMNS).put("rowShift", grid.rowShift() - PAGE_SHIFT);
    node.put("first", time(grid.first())).put("width", (double) grid.width() / tick);
    ArrayNode rows = node.putArray("rows");
    grid.rows().forEach((row, counts) -> {
      rows.add(hex(row));
      for (int count : counts) {
        columns.put(count);
      }
    });
    columns.end("faults.counts");
  }

  private void meetings(ObjectNode head, Columns columns) {
    head.put("allMeetings", steps.vmas.allMeetings());
    for (VmaSpans.Meeting meeting : steps.vmas.meetings()) {
      columns.put(meeting.vma());
      columns.put(meeting.task());
      columns.put(time(meeting.begun()));
      columns.put(time(meeting.out()));
      columns.put(time(meeting.freed()));
    }
    columns.end("meetings");
  }
}
