package io.vmatrace.checker.evidence;

import io.vmatrace.checker.mm.OpPair;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.Room;
import io.vmatrace.checker.reconstruct.UnmarkedLoss;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is missing from a capture, as far as a pass over it shows: events that were lost, parts that cannot be read, times that are not in order. */
public final class Gaps {
  /** Why that may be. */
  public static final String FILTERED = ": an event filter, or events that were off for a while";

  /** Where less than one line in so many is damaged, little is missing with them. */
  private static final int FEW_DAMAGED = 4;

  private final String format;
  private final CaptureFacts facts;
  private final ImportStats stats;
  private final Account account;
  private final MmReconstruction reconstruction;
  private final Recorded recorded;
  private final @Nullable String unreadable;

  /** The CPUs that alone were to be recorded, or null. */
  private final @Nullable String onlyCpus;

  /**
   * Of a pass that is over.
   *
   * @param format the capture's: what perf recorded was lost by perf
   * @param recorded what the reconstruction has seen
   * @param unreadable why the rest of the capture cannot be read; or null
   */
  public Gaps(String format, CaptureFacts facts, MmReconstruction reconstruction, Recorded recorded, @Nullable String unreadable) {
    this.format = format;
    this.facts = facts;
    this.stats = facts.stats();
    this.account = new Account(facts);
    this.reconstruction = reconstruction;
    this.recorded = recorded;
    this.unreadable = unreadable;
    this.onlyCpus = GivenCpus.leavingOutOthers(facts);
  }

  /** Whether what is missing may have been anywhere, also where events seem to follow each other. */
  public boolean areAnywhere() {
    return isOfOneCpu() || lacksLines() || onlyCpus != null || facts.log().dumpedBy().size() > 1;
  }

  /** A machine of several CPUs, events of one, and calls or holds whose begins or ends other CPUs must have: what those did is missing. */
  private boolean isOfOneCpu() {
    return facts.cpus() != 1 && reconstruction.cpusSeen() == 1 && reconstruction.unpairedEvents(recorded.isWhole(OpPair.MMAP_LOCK)) > 0;
  }

  /** The header promises more events than there are, and it is not the end that is cut off. */
  private boolean lacksLines() {
    boolean cutAtTheEnd = stats.problems().stream().anyMatch(problem -> problem.stat() == ImportStat.CUT_SHORT);
    return facts.cutShort() != null && !cutAtTheEnd && facts.entriesInBuffer() > account.events() + stats.damaged();
  }

  /** What is missing, each with what to do about it; none where the capture seems whole. */
  public List<String> texts() {
    List<String> texts = new ArrayList<>();
    if (unreadable != null) {
      texts.add("the rest cannot be read: " + unreadable);
    }
    if (account.lost() > 0) {
      texts.add(account.lostText(format));
    }
    if (facts.cutShort() != null) {
      texts.add(facts.cutShort());
    }
    if (stats.damaged() > 0) {
      String what = facts.isText() ? "lines" : "places";
      texts.add("%d %s cannot be read, the first is %s".formatted(stats.damaged(), what, account.place(firstDamage())));
      if (facts.log().wrappedAt() > 0 && isMuchDamaged()) {
        texts.add(
            "the lines are wrapped at column %d, and the events are in pieces: take the log from where it is whole (dmesg > FILE, journalctl -k -o short-monotonic > FILE, what the serial port wrote), not from a terminal's screen or the text of a mail"
                .formatted(facts.log().wrappedAt()));
      }
    }
    if (facts.log().dumpedBy().size() > 1) {
      texts.add("dumps of several kernels are in the log, %s: give each its own file".formatted(String.join(" and ", facts.log().dumpedBy())));
    }
    if (reconstruction.timeWentBack() > 0) {
      texts.add(
          "time goes back %d times, first at %s: the capture is not in order".formatted(reconstruction.timeWentBack(), account.event(reconstruction.wentBackAt())));
    }
    ofTheRecording(texts);
    return texts;
  }

  /** Whether so many lines or places cannot be read that what is in them may be what seems to be missing. */
  public boolean isMuchDamaged() {
    return stats.damaged() > account.events() / FEW_DAMAGED;
  }

  /** The same for one who counts and judges nothing: where all else seems whole, that some holds of the mmap_lock have a begin or an end only. */
  public List<String> ofFigures() {
    List<String> texts = new ArrayList<>(texts());
    Room room = reconstruction.room();
    if (room.count() > 0) {
      texts.add("tasks, address spaces and VMAs that were idle the longest became unknown %d times, %d times all, first after %s, because memory for so many is short: what was under way there is not timed".formatted(room.count(), room.ofAll(), account.event(room.firstAt())));
    }
    boolean bothSides = OpPair.MMAP_LOCK.begun(recorded.counts()) > 0 && OpPair.MMAP_LOCK.ended(recorded.counts()) > 0;
    return texts.isEmpty() && bothSides && !recorded.isWhole(OpPair.MMAP_LOCK) ? List.of(unpaired() + FILTERED) : texts;
  }

  /** How many acquisitions and releases there are that do not fit together. */
  public String unpaired() {
    return "the events of the mmap_lock do not fit together (%d acquisitions, %d releases)".formatted(OpPair.MMAP_LOCK.begun(recorded.counts()), OpPair.MMAP_LOCK.ended(recorded.counts()));
  }

  private void ofTheRecording(List<String> texts) {
    if (facts.isNewestOnly()) {
      texts.add("perf kept the newest events only, and nothing says how many there were before: record without --overwrite, and with a larger buffer (-m)");
    }
    if (onlyCpus != null) {
      texts.add("perf recorded CPU %s only, and not what tasks did on the others: record without -C".formatted(onlyCpus));
    } else if (isOfOneCpu()) {
      texts.add("only one CPU is in it, and calls or holds have no begin or no end there: where tasks were on other CPUs too, give the whole trace, not per_cpu/cpuN/trace; where an event filter was set, record without it");
    }
    if (reconstruction.tears() > 0 && unmarkedLosses().isEmpty() && !isOfOneCpu() && account.lost() == 0) {
      texts.add(
          "events are missing after %s, where %s (%d such %s in all): recording was off for a while, or events were filtered or dropped%s"
              .formatted(
                  account.event(reconstruction.firstTornSince()),
                  reconstruction.firstTorn(),
                  reconstruction.tears(),
                  reconstruction.tears() == 1 ? "place" : "places",
                  facts.clockUnit() == ClockUnit.TICKS ? "; or the trace clock does not tell their order, as uptime, which counts jiffies" : ""));
    }
    unmarkedLosses().forEach(loss -> texts.add(text(loss)));
  }

  /** Where releases may be logged late, holds contradict each other anyway. */
  private List<UnmarkedLoss> unmarkedLosses() {
    return recorded.releases() == ReleaseLogged.BEFORE_THE_UNLOCK ? reconstruction.unmarkedLosses() : List.of();
  }

  private String text(UnmarkedLoss loss) {
    boolean first = loss.isAtItsBeginning();
    String ftrace = "its buffer %s, so use a larger one (buffer_size_kb)".formatted(first ? "ran over" : "was full");
    return "CPU %d has no events %s %s, and holds of the mmap_lock contradict each other without them: %s"
        .formatted(
            loss.cpu(),
            first ? "before" : "after",
            account.place(loss.at()),
            Account.isOfPerf(format) ? "perf record took samples only (-F or -c), or its buffer was too small (-m)" : ftrace);
  }

  private long firstDamage() {
    return stats.problems().stream().filter(p -> p.stat().isDamage()).mapToLong(ImportStats.Problem::firstPlace).min().orElse(0);
  }
}
