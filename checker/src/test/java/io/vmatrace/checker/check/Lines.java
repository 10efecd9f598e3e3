package io.vmatrace.checker.check;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The lines of a real capture, and the small edits from which a case is made: change, take out, put in. */
final class Lines {
  private static final Pattern EVENT = Pattern.compile("^(.{16})-(\\d+) +\\[(\\d+)\\] (\\S+) +(\\d+)\\.(\\d{6}): (.*)$");

  /** An event's line, in parts. */
  record Event(String comm, int pid, int cpu, String flags, long micros, String text) {
    /** The line of another event in the form of this one. */
    String line(int pid, int cpu, long micros, String text) {
      return "%16s-%-7d [%03d] %s %5d.%06d: %s".formatted(comm.strip(), pid, cpu, flags, micros / 1_000_000, micros % 1_000_000, text);
    }

    /** A line of the same task, CPU and time with another text. */
    String line(String text) {
      return line(pid, cpu, micros, text);
    }

    /** The value that the text has for a key. */
    String value(String key) {
      Matcher m = Pattern.compile("(?:^|[ (])" + key + "=(\\S+)").matcher(text);
      if (!m.find()) {
        throw new IllegalArgumentException("no " + key + " in " + text);
      }
      return m.group(1);
    }
  }

  /** In microseconds: events are not switched off and on again in twice that. */
  private static final long SHORTLY = Silences.LEAST / 2_000;
  private static final String SWITCH = ": sched_switch: ";

  /** A task that a CPU runs. */
  record Runs(String comm, int pid) {
    /** The switch from it to another one. */
    String switches(Event at, Runs to) {
      String text =
          "sched_switch: prev_comm=%s prev_pid=%d prev_prio=120 prev_state=R ==> next_comm=%s next_pid=%d next_prio=120"
              .formatted(name(at.cpu()), pid, to.name(at.cpu()), to.pid);
      return new Event(pid == 0 ? "<idle>" : comm, pid, at.cpu(), "d..2.", at.micros(), text).line(text);
    }

    private String name(int cpu) {
      return pid == 0 ? "swapper/" + cpu : comm;
    }
  }

  private final List<String> lines;

  /** Where a search of the whole capture begins; it goes on at the first line. */
  private final int origin;

  /** The line (from 1) at which the finding is expected. */
  private int expected;

  Lines(String sample) {
    this(RealCaptures.lines(Path.of("../samples/" + sample + ".txt.zst")), 0);
  }

  Lines(List<String> lines, int origin) {
    this.lines = lines;
    this.origin = origin;
  }

  List<String> lines() {
    return lines;
  }

  int expected() {
    return expected;
  }

  void expectAt(int index) {
    expected = index + 1;
  }

  /** The index of the n-th line (from 1) at or after {@code from} that holds all the words. */
  int find(int n, int from, String... words) {
    int left = n;
    for (int i = from; i < lines.size(); i++) {
      String line = lines.get(i);
      if (List.of(words).stream().allMatch(line::contains) && --left == 0) {
        return i;
      }
    }
    throw new IllegalStateException("no line with " + List.of(words));
  }

  int find(String... words) {
    for (int k = 0; k < lines.size(); k++) {
      int i = (origin + k) % lines.size();
      if (List.of(words).stream().allMatch(lines.get(i)::contains)) {
        return i;
      }
    }
    throw new IllegalStateException("no line with " + List.of(words));
  }

  /** The index of the first line with a word whose task gives back mmap_locks shortly before and after it, so that the events of those are surely on. */
  int findAmongLocks(String word) {
    for (int k = 0; k < lines.size(); k++) {
      int i = (origin + k) % lines.size();
      if (lines.get(i).contains(word) && isAmongLocks(i)) {
        return i;
      }
    }
    throw new IllegalStateException("no line with " + word + " among events of the mmap_lock");
  }

  private boolean isAmongLocks(int index) {
    Event event = event(index);
    int before = 0;
    int after = 0;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("-" + event.pid() + " ") && lines.get(i).contains("mmap_lock_released")) {
        long distance = event(i).micros() - event.micros();
        before += i < index && distance > -SHORTLY ? 1 : 0;
        after += i > index && distance < SHORTLY ? 1 : 0;
      }
    }
    return before >= 1 && after >= 2;
  }

  boolean isEvent(int index) {
    return EVENT.matcher(lines.get(index)).matches();
  }

  Event event(int index) {
    Matcher m = EVENT.matcher(lines.get(index));
    if (!m.matches()) {
      throw new IllegalStateException("no event: " + lines.get(index));
    }
    long micros = Long.parseLong(m.group(5)) * 1_000_000 + Long.parseLong(m.group(6));
    return new Event(m.group(1), Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3)), m.group(4), micros, m.group(7));
  }

  /** The index of the first line at or after another one that is of the same task and holds all the words. */
  int findOfTask(int from, String... words) {
    String task = "-" + event(from).pid() + " ";
    return find(1, from, Stream.concat(Stream.of(task), Stream.of(words)).toArray(String[]::new));
  }

  /** The index of the next line of the same task after a line. */
  int nextOfTask(int index) {
    int pid = event(index).pid();
    for (int i = index + 1; i < lines.size(); i++) {
      if (event(i).pid() == pid) {
        return i;
      }
    }
    throw new IllegalStateException("task %d ends at line %d".formatted(pid, index));
  }

  /** The last line before an index that contains all the words. */
  int findBefore(int index, String... words) {
    for (int i = index - 1; i >= 0; i--) {
      if (List.of(words).stream().allMatch(lines.get(i)::contains)) {
        return i;
      }
    }
    throw new IllegalStateException("no line before %d with %s".formatted(index, List.of(words)));
  }

  /** Changes a value, and expects the finding there. */
  void set(int index, String key, String value) {
    String changed = lines.get(index).replaceFirst("([ (])" + key + "=\\S+", "$1" + key + "=" + value);
    if (changed.equals(lines.get(index))) {
      throw new IllegalStateException("nothing changed in " + changed);
    }
    lines.set(index, changed);
    expectAt(index);
  }

  /** Takes a line out. */
  void remove(int index) {
    lines.remove(index);
  }

  /** Takes the entry of a write lock out, and has each line of its VMA show the vm_lock_seq before it, up to its next write lock. */
  void leaveUnlocked(int entered) {
    Event event = event(entered);
    remove(entered);
    String locked = " lock_seq=" + event.value("mm_seq") + " ";
    for (int i = entered; i < lines.size() && !(isOf(event, i) && lines.get(i).contains(": __vma_start_write: ")); i++) {
      if (isOf(event, i)) {
        lines.set(i, (lines.get(i) + " ").replace(locked, " lock_seq=" + event.value("lock_seq") + " ").stripTrailing());
      }
    }
  }

  private boolean isOf(Event of, int index) {
    return (lines.get(index) + " ").contains(" vma=" + of.value("vma") + " ");
  }

  /** Puts a line in before an index. */
  void insert(int index, String line) {
    lines.add(index, line);
  }

  /**
   * Puts in the switches by which a task comes to its CPUs and leaves them, where the capture has switches: without them it shows that events
   * are missing.
   */
  void addSwitchesOf(int pid) {
    if (lines.stream().noneMatch(line -> line.contains(SWITCH))) {
      return;
    }
    for (int i = 0; i < lines.size(); i++) {
      if (isOf(pid, i)) {
        Event first = event(i);
        Runs before = runsBefore(i, first.cpu());
        put(i, before.switches(first, new Runs(first.comm().strip(), pid)));
        int last = i + 1;
        int next = i + 2;
        while (next < lines.size() && (isOf(pid, next) || event(next).cpu() != first.cpu())) {
          last = isOf(pid, next) && event(next).cpu() == first.cpu() ? next : last;
          next++;
        }
        Runs after = next == lines.size() ? before : new Runs(event(next).comm().strip(), event(next).pid());
        put(last + 1, new Runs(first.comm().strip(), pid).switches(event(last), after));
        i = last + 1;
      }
    }
  }

  private boolean isOf(int pid, int index) {
    return lines.get(index).contains("-" + pid + " ") && event(index).pid() == pid;
  }

  /** What runs on a CPU before a line. */
  private Runs runsBefore(int index, int cpu) {
    for (int i = index - 1; i >= 0 && isEvent(i); i--) {
      Event event = event(i);
      if (event.cpu() == cpu) {
        boolean switches = event.text().startsWith("sched_switch: ");
        return switches ? new Runs(event.value("next_comm"), Integer.parseInt(event.value("next_pid"))) : new Runs(event.comm().strip(), event.pid());
      }
    }
    return new Runs("<idle>", 0);
  }

  /** Puts a line in, and keeps the line at which the finding is expected. */
  void put(int index, String line) {
    lines.add(index, line);
    expected += index < expected ? 1 : 0;
  }

  /** Puts a line in where its time belongs, after all that is not later; where it came to be. */
  int insertByTime(int from, String line, long micros) {
    int i = from;
    while (i < lines.size() && event(i).micros() <= micros) {
      i++;
    }
    lines.add(i, line);
    return i;
  }
}
