package io.vmatrace.parser.event;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One event's row in the making: all that is known of the event stands in it, and nowhere else. */
public final class EventRow {
  final EventFamily family;
  final EventKind.Source source;
  final String kernelName;
  final List<Field> fields = new ArrayList<>();
  final Set<Op> shows = EnumSet.noneOf(Op.class);
  final List<Probe> probes = new ArrayList<>();
  final Map<Field, List<String>> spellings = new EnumMap<>(Field.class);
  final Map<Field, ValueForm> forms = new EnumMap<>(Field.class);
  List<Field> sampled = List.of();
  List<Field> mandatory = List.of();
  ValueText text = ValueText.KEYS;
  String folder = "";
  String recordedWith = "";
  String nothingShown = "";
  String nothingProbed = "";
  String eventProbe = "";
  String name = "";
  Set<Generation> certain = Set.of();
  @Nullable FunctionSignature signature;
  boolean isIgnored;
  boolean isWorthKnowingBare;
  boolean isOnDemand;

  EventRow(EventFamily family, EventKind.Source source, String kernelName) {
    this.family = family;
    this.source = source;
    this.kernelName = kernelName;
  }

  /** The values that it may carry, in the order in which kernels print them. */
  public EventRow fields(Field... fields) {
    this.fields.addAll(List.of(fields));
    return this;
  }

  /** Further values, which a probe reads from the VMA. */
  public EventRow sampled(Field... fields) {
    sampled = List.of(fields);
    return fields(fields);
  }

  /** Those without which it does not say what happened. */
  public EventRow mandatory(Field... fields) {
    mandatory = List.of(fields);
    return this;
  }

  /** The keys under which it prints a field, in place of the field's own. */
  public EventRow spelled(Field field, String... keys) {
    spellings.put(field, List.of(keys));
    return this;
  }

  /** How a field is written, in place of the field's own form. */
  public EventRow form(Field field, ValueForm form) {
    forms.put(field, form);
    return this;
  }

  /** How its values are printed, where it is not by keys. */
  public EventRow text(ValueText text) {
    this.text = text;
    return this;
  }

  /** The name of its constant, where it isn't made from the event's name. */
  public EventRow named(String name) {
    this.name = name;
    return this;
  }

  EventRow folder(String folder) {
    this.folder = folder;
    return this;
  }

  /** The tracepoint that nobody switches on without this one: where this was seen, that one was recorded too. */
  public EventRow recordedWith(String tracepoint) {
    recordedWith = tracepoint;
    return this;
  }

  /** What the first arguments of its function are, null in the place of one that the event has no field for. */
  public EventRow arguments(@Nullable Field... arguments) {
    signature = new FunctionSignature(arguments);
    return this;
  }

  /** What they are in 6.15 to 6.19. */
  public EventRow argumentsIn6(@Nullable Field... arguments) {
    made().of6 = arguments;
    return this;
  }

  /** Its function has no argument that the event has a field for, or nothing records its arguments. */
  public EventRow noArguments() {
    signature = new FunctionSignature();
    return this;
  }

  /** The value that its function returns, where it is not RET. */
  public EventRow returns(Field field) {
    made().returned = field;
    return this;
  }

  /** Its function returns nothing on kernels before. */
  public EventRow returnsSince(int major) {
    made().returnsSince = major;
    return this;
  }

  private FunctionSignature made() {
    if (signature == null) {
      throw new IllegalStateException(kernelName + ": arguments come first");
    }
    return signature;
  }

  /** A probe with the arguments by their names, for these kernels. */
  public EventRow fprobe(Set<Generation> designs, String values) {
    return probe(designs, "f", source == EventKind.Source.PROBE_RETURN ? "%return" : "", values);
  }

  /** A probe with the arguments by their registers, for what has none with names. */
  public EventRow kprobe(Set<Generation> designs, String values) {
    return probe(designs, source == EventKind.Source.PROBE_RETURN ? "r" : "p", "", values);
  }

  private EventRow probe(Set<Generation> designs, String type, String place, String values) {
    String line = type + ":vma/" + source.eventName(kernelName) + " " + kernelName + place + " " + values;
    probes.add(new Probe(designs, line.strip()));
    return this;
  }

  /**
   * What an event probe fetches at an event: {@code $NAME} is a value of the event, {@code {struct.member}} the place of a member in its struct.
   *
   * @param event GROUP/NAME
   */
  public EventRow at(String event, String values) {
    eventProbe = "e:vma/%s %s %s".formatted(kernelName, event, values);
    return this;
  }

  /** No probe of docs/CAPTURE.md makes it. */
  public EventRow noProbe(String why) {
    nothingProbed = why;
    return this;
  }

  /** docs/CAPTURE.md does not ask for it by default. */
  public EventRow onDemand() {
    isOnDemand = true;
    return this;
  }

  /** What the protocol did, by this event alone or with others. */
  public EventRow shows(Op... ops) {
    shows.addAll(List.of(ops));
    return this;
  }

  /** It shows no op. */
  public EventRow showsNone(String why) {
    nothingShown = why;
    return this;
  }

  /** Every process that runs for a moment makes some: where none is, none was recorded. */
  public EventRow certain() {
    return certainOn(EnumSet.allOf(Generation.class));
  }

  /** The same on kernels of these designs. */
  public EventRow certainOn(Set<Generation> designs) {
    certain = designs;
    return this;
  }

  /** The reconstruction has no use for it. */
  public EventRow ignored() {
    isIgnored = true;
    return this;
  }

  /** It tells something though a record lacks its mandatory values. */
  public EventRow worthKnowingBare() {
    isWorthKnowingBare = true;
    return this;
  }

  /** The event. */
  public EventKind row() {
    return new EventKind(this);
  }
}
