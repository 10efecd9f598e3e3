package io.vmatrace.checker.story;

import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.report.Story;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.EventByEvent;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.story.Draft.At;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.input.Capture;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The stories of findings, from a second pass over their capture. */
public final class Stories implements EventByEvent, StepSink {
  /**
   * A finding that is to be told.
   *
   * @param where where its rule is broken
   * @param evidence where its other events are
   * @param absent a function that should have been called before its rule was broken; or null
   */
  public record Asked(String rule, Breach where, Subjects about, Set<Long> evidence, @Nullable String absent) {
    private Landmarks landmarks() {
      Set<Long> places = new HashSet<>(evidence);
      places.add(where.at());
      places.add(where.last());
      return new Landmarks(places, where.at(), where.provedAt(), where.ops(), rule);
    }
  }

  /**
   * The events that break a rule.
   *
   * @param at where it is broken
   * @param provedAt where a later event proves that; 0 where the same one does
   * @param ops what the rule looks at where it is broken; empty for whatever that event shows
   */
  public record Breach(long at, long provedAt, Set<Op> ops) {
    long last() {
      return Math.max(at, provedAt);
    }
  }

  /**
   * What a finding is about: its story is that of the first of these that is known.
   *
   * @param mm address of its mm, or 0
   * @param vma address of its VMA, or 0
   * @param pid the task that broke the rule
   */
  public record Subjects(long mm, long vma, int pid) {
    private Subject subject(Values values) {
      if (vma != 0) {
        return new VmaSubject(vma, values);
      }
      return mm != 0 ? new Subject.OfMm(mm) : new TaskSubject(of -> of == pid);
    }

    private String text() {
      return vma != 0 ? "vma " + StepText.hex(vma) : mm != 0 ? "mm " + StepText.hex(mm) : "task " + pid;
    }
  }

  private record Telling(Asked asked, Chronicle chronicle, StoryWindow window) {}

  private final List<Telling> tellings = new ArrayList<>();
  private final EventDescriber describer;

  private Stories(List<Asked> findings, Capture capture) {
    describer = capture.describer();
    Account account = new Account(capture.facts());
    for (Asked asked : findings) {
      Landmarks landmarks = asked.landmarks();
      StoryWindow window = new StoryWindow(landmarks.places(), asked.where().last());
      Values values = new Values();
      Chronicle.Ends ends = new Chronicle.Ends((At at) -> at.place(account), window);
      tellings.add(new Telling(asked, new Chronicle(asked.about().subject(values), values, landmarks, ends), window));
    }
  }

  /**
   * Tells findings of a capture that has been read.
   *
   * @return their stories, in the same order; null for a finding whose events cannot be found again
   */
  public static List<@Nullable Story> tell(List<Asked> findings, Capture capture) {
    Stories stories = new Stories(findings, capture);
    CaptureRun.again(capture, stories);
    List<@Nullable Story> told = new ArrayList<>();
    for (Telling telling : stories.tellings) {
      Story story = new Story(telling.asked().about().text(), telling.window().rows(), telling.asked().absent());
      told.add(story.rows().isEmpty() ? null : story);
    }
    return told;
  }

  @Override
  public StepSink steps() {
    return this;
  }

  @Override
  public boolean event(EventBatch events, int i) {
    At at = new At(events.at(i), events.offset(i), events.time(i), events.cpu(i));
    Words words = new Words(describer, events, i);
    boolean wanted = false;
    for (Telling telling : tellings) {
      if (!telling.window().isOver()) {
        wanted = true;
        telling.chronicle().event(at, events.task(i), words, true);
      }
    }
    return wanted;
  }

  @Override
  public void applied() {
    for (Telling telling : tellings) {
      if (!telling.window().isOver()) {
        telling.chronicle().applied();
      }
    }
  }

  @Override
  public boolean wantsServedFaults() {
    return false;
  }

  @Override
  public void accept(Step step) {
    for (Telling telling : tellings) {
      if (!telling.window().isOver()) {
        telling.chronicle().accept(step);
      }
    }
  }

  @Override
  public void lost(long afterAt) {
    tellings.forEach(telling -> telling.chronicle().lost());
  }

  @Override
  public void end() {
    tellings.forEach(telling -> telling.chronicle().end());
  }

  @Override
  public void end(Pass pass) {
    // a second pass is none that others share
  }
}
