package io.vmatrace.checker.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel without a bug may have done where a mutated capture has nothing: each puts events in, and takes none out. They are of a task
 * that is not traced, of a CPU before its first event, or of a kind that was switched off for a while.
 */
final class Explanations {
  private static final String SWITCH = ": sched_switch: ";
  private static final String RELEASED = "mmap_lock_released";
  private static final String ACQUIRED = "mmap_lock_acquire_returned";
  private static final String ASKED = "mmap_lock_start_locking";

  /** In microseconds: all tracing is not off and on again sooner. */
  private static final long TRACING_OFF = 100;

  private Explanations() {}

  static Stream<List<String>> of(Lines mutated, Edits edits) {
    return Stream.of(switchedOff(mutated, edits), unseenSections(mutated, edits), staleReaders(mutated, edits), otherCpus(mutated, edits), lookUpsOff(mutated, edits), faultsUnseen(mutated, edits), madeUnseen(mutated, edits))
        .flatMap(explanations -> explanations)
        .map(Lines::lines);
  }

  /** What it may have been where the clock of the CPU of what was put in was ahead, by so much that the order of two CPUs' events is another one. */
  static Stream<List<String>> withoutSkew(Lines mutated, Edits edits) {
    return edits.places().stream()
        .limit(1)
        .flatMap(at -> IntStream.of(10, 20, 30, 40, 50, 60).boxed().flatMap(ahead -> Stream.of(ahead, -ahead)).map(ahead -> withoutSkew(mutated, mutated.event(at - 1).cpu(), ahead)));
  }

  private static List<String> withoutSkew(Lines mutated, int cpu, int ahead) {
    List<Lines.Event> events = new ArrayList<>();
    List<String> head = new ArrayList<>();
    for (int i = 0; i < mutated.lines().size(); i++) {
      if (mutated.isEvent(i)) {
        Lines.Event event = mutated.event(i);
        events.add(event.cpu() == cpu ? new Lines.Event(event.comm(), event.pid(), cpu, event.flags(), event.micros() - ahead, event.text()) : event);
      } else {
        head.add(mutated.lines().get(i));
      }
    }
    events.sort(Comparator.comparingLong(Lines.Event::micros));
    return Stream.concat(head.stream(), events.stream().map(event -> event.line(event.text()))).toList();
  }

  /** Before a fault that was put in, or has no look-up any more, the VMA was looked up while the events of that were off for the task. */
  private static Stream<Lines> lookUpsOff(Lines mutated, Edits edits) {
    int at = mutated.expected() - 1;
    if (edits.places().isEmpty() || !mutated.lines().get(at).contains(": handle_mm_fault: ") || !areLookUpsRare(mutated, at)) {
      return Stream.empty();
    }
    Lines.Event fault = mutated.event(at);
    String about = "mm=%s address=%s".formatted(fault.value("mm"), fault.value("address"));
    String returned = "lock_vma_under_rcu_ret: (do_user_addr_fault+0x24b/0x840 <- lock_vma_under_rcu) vma=%s %s".formatted(fault.value("vma"), about);
    return Stream.of(with(mutated, at, List.of("lock_vma_under_rcu: (lock_vma_under_rcu+0x4/0x360) " + about, returned), List.of()));
  }

  /** Whether the task's look-ups before and after a line are so far apart that they may have been off in between. */
  private static boolean areLookUpsRare(Lines lines, int at) {
    String task = "-" + lines.event(at).pid() + " ";
    long before = IntStream.iterate(at - 1, i -> i >= 0, i -> i - 1).filter(i -> isLookUp(lines.lines().get(i), task)).mapToLong(i -> lines.event(i).micros()).findFirst().orElse(0);
    long after = IntStream.range(at, lines.lines().size()).filter(i -> isLookUp(lines.lines().get(i), task)).mapToLong(i -> lines.event(i).micros()).findFirst().orElse(Long.MAX_VALUE);
    return after - before >= Silences.LEAST / 1_000;
  }

  private static boolean isLookUp(String line, String task) {
    return line.contains(task) && line.contains(": lock_vma_under_rcu");
  }

  /**
   * A fault in which its task was silent for so long that tracing may have been off on its CPU is the end of one and the begin of another: the
   * first ended in the silence as the second does after it, and the second began in it as the first did before.
   */
  private static Stream<Lines> faultsUnseen(Lines mutated, Edits edits) {
    int at = mutated.expected() - 1;
    if (edits.places().isEmpty() || !mutated.lines().get(at).contains(": handle_mm_fault_ret: ")) {
      return Stream.empty();
    }
    List<Integer> fault = faultUpTo(mutated, at);
    return IntStream.range(1, fault.size())
        .filter(n -> mutated.event(fault.get(n)).micros() - mutated.event(fault.get(n - 1)).micros() > TRACING_OFF)
        .mapToObj(n -> withTwo(mutated, fault.subList(0, n), fault.subList(n, fault.size())));
  }

  /** The lines of a task from the exception or look-up by which its fault begins. */
  private static List<Integer> faultUpTo(Lines lines, int at) {
    String task = "-" + lines.event(at).pid() + " ";
    List<Integer> fault = new ArrayList<>();
    boolean isLookedUp = false;
    for (int i = at; i >= 0; i--) {
      String line = lines.lines().get(i);
      if (line.contains(task)) {
        if (isLookedUp && !line.contains(": page_fault_")) {
          break;
        }
        fault.addFirst(i);
        isLookedUp |= line.contains(": lock_vma_under_rcu: ");
      }
    }
    return fault;
  }

  private static Lines withTwo(Lines mutated, List<Integer> first, List<Integer> second) {
    Lines lines = copy(mutated);
    Lines.Event comesBack = mutated.event(second.getFirst());
    lines.lines().addAll(second.getFirst(), first.stream().map(i -> comesBack.line(mutated.event(i).text())).toList());
    Lines.Event leaves = mutated.event(first.getLast());
    lines.lines().addAll(first.getLast() + 1, second.stream().map(i -> leaves.line(mutated.event(i).text())).toList());
    return lines;
  }

  private static Lines copy(Lines lines) {
    return new Lines(new ArrayList<>(lines.lines()), 0);
  }

  /**
   * What was taken out happened while events of its kind were off for its task, which has none of them for so long around it that they may have been;
   * or it is a release of what the task takes again, which it could not if it held it: that the event is missing is proved.
   */
  private static Stream<Lines> switchedOff(Lines mutated, Edits edits) {
    if (!edits.places().isEmpty() || edits.removed().isEmpty()) {
      return Stream.empty();
    }
    Lines original = new Lines(edits.original(), 0);
    Set<String> removed = Set.copyOf(edits.removed());
    boolean mayBeOff =
        IntStream.range(0, edits.original().size())
            .filter(i -> removed.contains(edits.original().get(i)) && original.isEvent(i))
            .mapToObj(original::event)
            .allMatch(event -> areOffAround(mutated, event, ": %s: ".formatted(event.text().substring(0, event.text().indexOf(':')))) || isTakenAgain(mutated, event));
    return mayBeOff ? Stream.of(original) : Stream.empty();
  }

  /** Whether the next event of a task about the mmap_lock that an event releases is that it asks for it. */
  private static boolean isTakenAgain(Lines lines, Lines.Event release) {
    if (!release.text().startsWith(RELEASED)) {
      return false;
    }
    String task = "-" + release.pid() + " ";
    String mm = " mm=" + release.value("mm");
    return IntStream.range(0, lines.lines().size())
        .filter(i -> lines.lines().get(i).contains(task) && lines.lines().get(i).contains(": mmap_lock_") && lines.lines().get(i).contains(mm))
        .filter(i -> lines.event(i).micros() >= release.micros())
        .mapToObj(i -> lines.event(i).text())
        .findFirst()
        .filter(text -> text.startsWith(ASKED))
        .isPresent();
  }

  /** Around what was put in there was more of its task, while events of the mmap_lock or of VMAs were off. */
  private static Stream<Lines> unseenSections(Lines mutated, Edits edits) {
    if (edits.places().isEmpty() || !edits.removed().isEmpty()) {
      return Stream.empty();
    }
    int at = edits.places().iterator().next() - 1;
    String release = release(mutated, at);
    if (release == null) {
      return Stream.empty();
    }
    String asks = release.replace(RELEASED, ASKED);
    String acquires = release.replace(RELEASED, ACQUIRED) + " success=true";
    Lines.Event event = mutated.event(at);
    if (event.text().startsWith(RELEASED)) {
      return Stream.of(with(mutated, at, List.of(asks, acquires), List.of()));
    }
    if (event.text().startsWith(ASKED)) { // taken again, after it was given back
      return Stream.of(with(mutated, at, List.of(release), List.of()));
    }
    if (event.text().startsWith(ACQUIRED)) { // taken for reading again, after it was given back
      return Stream.of(with(mutated, at, List.of(reading(release), reading(asks)), List.of()));
    }
    if (event.text().startsWith("vm_area_free: ")) { // of the next VMA there
      String made = "vm_area_alloc_ret: (__mmap_region+0x69d/0x1050 <- vm_area_alloc) vma=%s mm=%s".formatted(event.value("vma"), event.value("mm"));
      return Stream.of(with(mutated, at, List.of(made), List.of()));
    }
    return Stream.of(with(mutated, at, List.of(asks, acquires), List.of(release)));
  }

  /**
   * What is stored and was freed was made anew in its section, while allocations and write locks were off for the task: it has none of either for
   * so long around the store that they may have been.
   */
  private static Stream<Lines> madeUnseen(Lines mutated, Edits edits) {
    int at = mutated.expected() - 1;
    boolean isStore = edits.isAt(at + 1) && mutated.lines().get(at).contains(": ma_write: ") && !mutated.lines().get(at).contains(" val 0000");
    if (!isStore || !areOffAround(mutated, mutated.event(at), ": vm_area_alloc_ret: ", ": vm_area_dup_ret: ") || !areOffAround(mutated, mutated.event(at), ": __vma_start_write: ", ": __vma_start_write_ret: ")) {
      return Stream.empty();
    }
    int locked = mutated.findBefore(at, "-" + mutated.event(at).pid() + " ", ": __vma_start_write_ret: ");
    int acquired = mutated.findBefore(at, "-" + mutated.event(at).pid() + " ", "mmap_lock_acquire_returned");
    if (locked < acquired) {
      return Stream.empty();
    }
    Lines.Event lock = mutated.event(locked);
    String vma = "0x" + mutated.event(at).text().replaceFirst(".* val (\\w+).*", "$1");
    String section = lock.value("mm_seq");
    String returned = lock.text().replaceFirst(" vma=\\w+", " vma=" + vma).replaceFirst(" refcnt=\\w+", " refcnt=0x0").replaceFirst(" lock_seq=\\d+", " lock_seq=" + section);
    String entered = "__vma_start_write: (__vma_start_write+0x4/0xe0) " + returned.substring(returned.indexOf("vma=")).replace("lock_seq=" + section, "lock_seq=4294967295");
    String made = "vm_area_alloc_ret: (__mmap_region+0x69d/0x1050 <- vm_area_alloc) vma=%s mm=%s".formatted(vma, lock.value("mm"));
    return Stream.of(with(mutated, at, List.of(made, entered, returned), List.of()));
  }

  /** Whether a task has events of none of these kinds for so long around an event that they may have been off. */
  private static boolean areOffAround(Lines lines, Lines.Event around, String... kinds) {
    String task = "-" + around.pid() + " ";
    long[] times =
        IntStream.range(0, lines.lines().size())
            .filter(i -> lines.lines().get(i).contains(task) && Stream.of(kinds).anyMatch(lines.lines().get(i)::contains))
            .mapToLong(i -> lines.event(i).micros())
            .toArray();
    long before = LongStream.of(times).filter(time -> time <= around.micros()).max().orElse(0);
    long after = LongStream.of(times).filter(time -> time >= around.micros()).min().orElse(Long.MAX_VALUE);
    return after - before >= Silences.LEAST / 1_000;
  }

  private static String reading(String text) {
    return text.replace("write=true", "write=false");
  }

  private static Lines with(Lines mutated, int at, List<String> before, List<String> after) {
    Lines lines = copy(mutated);
    Lines.Event event = lines.event(at);
    lines.lines().addAll(at + 1, after.stream().map(event::line).toList());
    lines.lines().addAll(at, before.stream().map(event::line).toList());
    return lines;
  }

  /** A release by the task of a line: that line, or the one before it. */
  private static @Nullable String release(Lines lines, int at) {
    String task = "-" + lines.event(at).pid() + " ";
    for (int i = at; i >= 0; i--) {
      if (lines.lines().get(i).contains(task) && lines.lines().get(i).contains(RELEASED)) {
        String text = lines.event(i).text();
        return i == at ? text : text.replace("write=false", "write=true");
      }
    }
    return null;
  }

  /**
   * The reference too many of a VMA is that of a look-up in another mm, which had the VMA's memory after it was freed once, and freed it too: a
   * reader counts itself, and sees only then that the VMA is not its mm's any more (mm/mmap_lock.c vma_start_read(), 6.18).
   */
  private static Stream<Lines> staleReaders(Lines mutated, Edits edits) {
    return edits.places().stream()
        .map(at -> at - 1)
        .filter(at -> mutated.lines().get(at).contains(": __vma_start_write_ret: "))
        .flatMap(at -> freed(mutated, at).mapToObj(freed -> withReader(mutated, freed, at)));
  }

  /** Where a VMA was freed last before an event about it. */
  private static IntStream freed(Lines lines, int at) {
    String vma = ") vma=" + lines.event(at).value("vma") + " ";
    return IntStream.iterate(at - 1, i -> i >= 0, i -> i - 1)
        .filter(i -> lines.lines().get(i).contains(": vm_area_free: ") && lines.lines().get(i).contains(vma))
        .limit(1);
  }

  private static Lines withReader(Lines mutated, int freed, int at) {
    Lines lines = copy(mutated);
    Lines.Event like = lines.event(at);
    int cpu = cpus(lines);
    String about = "mm=0xff3358c3deadbee0 address=" + like.value("start");
    String refused = "lock_vma_under_rcu_ret: (do_user_addr_fault+0x24b/0x840 <- lock_vma_under_rcu) vma=0x0 " + about;
    long returns = like.micros() + 1;
    lines.insertByTime(at, like.line(RuleCase.STRANGER, cpu, returns, refused), returns);
    long begins = lines.event(freed).micros() + 1;
    lines.insertByTime(freed, like.line(RuleCase.STRANGER, cpu, begins, "lock_vma_under_rcu: (lock_vma_under_rcu+0x4/0x360) " + about), begins);
    lines.addSwitchesOf(RuleCase.STRANGER);
    return lines;
  }

  /** A CPU that has no event yet. */
  private static int cpus(Lines lines) {
    return IntStream.range(0, lines.lines().size()).filter(lines::isEvent).map(i -> lines.event(i).cpu()).max().orElse(0) + 1;
  }

  /**
   * The task gave the mmap_lock back, or downgraded it, while it was away from its CPU: on another one, which has its first event later. A
   * buffer that ran over loses the first events of its CPU, and nothing says so.
   */
  private static Stream<Lines> otherCpus(Lines mutated, Edits edits) {
    Stream<String> released = edits.removed().stream().filter(line -> line.contains(RELEASED)).map(line -> new Lines(List.of(line), 0).event(0).text());
    Stream<String> downgraded =
        edits.places().stream()
            .map(at -> mutated.lines().get(at - 1))
            .filter(line -> line.contains(RELEASED) && line.contains("write=false"))
            .map(line -> new Lines(List.of(line), 0).event(0).text().replace(RELEASED, ACQUIRED) + " success=true");
    int until = mutated.expected() - 1;
    return Stream.concat(released, downgraded).flatMap(text -> awayOf(mutated, until).mapToObj(away -> withVisit(mutated, away, text)));
  }

  /** Where the task of an event left its CPU for the last time before it, if another CPU begins later. */
  private static IntStream awayOf(Lines lines, int until) {
    int cpu = lines.event(until).cpu();
    String leaves = "prev_pid=" + lines.event(until).pid() + " ";
    boolean late = IntStream.range(0, until).noneMatch(i -> lines.isEvent(i) && lines.event(i).cpu() != cpu);
    return IntStream.iterate(until - 1, i -> late && i >= 0, i -> i - 1)
        .filter(i -> lines.lines().get(i).contains(SWITCH) && lines.lines().get(i).contains(leaves))
        .limit(1);
  }

  private static Lines withVisit(Lines mutated, int away, String text) {
    Lines lines = copy(mutated);
    Lines.Event left = lines.event(away);
    int cpu = 1 - left.cpu();
    long micros = left.micros() + 1;
    Lines.Event there = new Lines.Event(left.comm(), left.pid(), cpu, left.flags(), micros, text);
    int at = lines.insertByTime(away, there.line(text), micros);
    lines.put(at, new Lines.Runs("<idle>", 0).switches(there, new Lines.Runs("workload", left.pid())));
    lines.put(at + 2, new Lines.Runs("workload", left.pid()).switches(there, new Lines.Runs("<idle>", 0)));
    return lines;
  }
}
