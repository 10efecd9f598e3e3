package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.NamedEvent;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Line;
import io.vmatrace.parser.text.LineFacts;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether an event line of a dump is whole, or has lost a part to other output: then a name is cut, or values that this event has
 * elsewhere in the dump are missing. A torn line that counted as an unknown event would be an event lost without a sign.
 */
final class WholeEvents {
  private static final int MOST_NAMES = 1_000;

  /** So many first letters of a known event, and then another one: its name may have been cut there. */
  private static final int COMMON_LETTERS = 3;

  private static final byte[] TRUE = "=true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "=false".getBytes(StandardCharsets.US_ASCII);

  private final Map<Layout, FtraceDecoder> decoders = new EnumMap<>(Layout.class);
  private final EventNames names;
  private final EventBatch events = new EventBatch(1);
  private final ImportStats stats = new ImportStats();
  private final Map<EventKind, Integer> usual = new HashMap<>();
  private final Map<EventKind, Integer> lastWords = new HashMap<>();
  private final Set<String> unknown = new HashSet<>();

  WholeEvents(int lineBytes, EventNames names) {
    this.names = names;
    for (Layout layout : Layout.values()) {
      decoders.put(layout, new FtraceDecoder(layout, lineBytes, names));
    }
  }

  boolean isWhole(Layout layout, Line line) {
    FtraceDecoder decoder = Objects.requireNonNull(decoders.get(layout), "every layout has one");
    EventKind kind = kind(decoder, line);
    if (kind == MarkerEvents.DAMAGED) {
      return true; // it is judged as that where it is decoded
    }
    boolean whole = kind == EventKind.UNKNOWN ? isUnknownWhole(decoder, line) : hasItsValues(kind);
    if (whole && kind != EventKind.UNKNOWN) {
      lastWords.put(kind, lastWord(line));
    }
    return whole;
  }

  private EventKind kind(FtraceDecoder decoder, Line line) {
    events.clear();
    stats.clear();
    decoder.line(line, events, stats);
    return events.size() == 0 ? MarkerEvents.DAMAGED : events.kind(0);
  }

  /** Whether an event's last word is as long as that of the last one of its kind, so that nothing was cut from its end. */
  boolean endsAsUsual(Layout layout, Line line) {
    EventKind kind = kind(Objects.requireNonNull(decoders.get(layout), "every layout has one"), line);
    boolean said = Ascii.endsWith(line.b, line.from, line.to, TRUE) || Ascii.endsWith(line.b, line.from, line.to, FALSE);
    return kind != EventKind.UNKNOWN && (said || lastWords.getOrDefault(kind, 0) == lastWord(line));
  }

  /** How long the last word of a line is. */
  private static int lastWord(Line line) {
    int i = line.to;
    while (i > line.from && line.b[i - 1] != ' ') {
      i--;
    }
    return line.to - i;
  }

  private boolean hasItsValues(EventKind kind) {
    int before = usual.getOrDefault(kind, 0);
    usual.put(kind, before | events.lastPresent());
    return (before & ~events.lastPresent()) == 0;
  }

  private boolean isUnknownWhole(FtraceDecoder decoder, Line line) {
    LineFacts facts = decoder.facts(line.b, line.from, line.to);
    String name = facts == null ? "" : facts.event();
    EventKind probe = named(name, true);
    EventKind tracepoint = named(name, false);
    if (probe != null || tracepoint != null) {
      return !hasSeen(probe) && !hasSeen(tracepoint); // a probe without arguments has them nowhere
    }
    boolean seen = unknown.contains(name);
    if (unknown.size() < MOST_NAMES) {
      unknown.add(name);
    }
    return seen || isName(line, name) && !isCut(name);
  }

  private boolean hasSeen(@Nullable EventKind kind) {
    return kind != null && usual.containsKey(kind);
  }

  private @Nullable EventKind named(String name, boolean probe) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    NamedEvent event = names.event(bytes, 0, bytes.length, EventNames.hash(bytes, 0, bytes.length), probe);
    return event == null ? null : event.kind();
  }

  /** Whether a colon follows, or the arrow of the function tracer. */
  private static boolean isName(Line line, String name) {
    String text = new String(line.b, line.from, line.length(), StandardCharsets.ISO_8859_1);
    return !name.isEmpty() && (text.contains(name + ": ") || text.endsWith(name + ":") || text.contains(name + " <-"));
  }

  private static boolean isCut(String name) {
    return EventKinds.all().stream().map(EventKind::kernelName).anyMatch(ours -> isCutOf(ours, name));
  }

  private static boolean isCutOf(String ours, String name) {
    int common = 0;
    while (common < Math.min(ours.length(), name.length()) && ours.charAt(common) == name.charAt(common)) {
      common++;
    }
    return common >= COMMON_LETTERS && common < ours.length() && ours.charAt(common - 1) != '_';
  }
}
