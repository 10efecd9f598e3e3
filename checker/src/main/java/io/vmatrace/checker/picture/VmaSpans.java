package io.vmatrace.checker.picture;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.picture.Spans.Column;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** VMAs over addresses and time: where they are in the tree, write-locked, or out of the tree and not freed, and who looks one up meanwhile. */
final class VmaSpans {
  private static final int MOST = 150_000;

  /** So many are remembered that have left the tree: to 6.14, and without probes, nothing shows that they are freed. */
  private static final int MOST_OUT = 20_000;

  private static final int MOST_MEETINGS = 5_000;

  /** What a VMA is in a span. The page's script has the same list, in the same order (kinds.js). */
  enum State {
    IN_TREE,
    WRITE_LOCKED,
    OUT_OF_TREE,
    /** Out of the tree, and a look-up has not returned that began in its range before. */
    OUT_WITH_LOOK_UP
  }

  /**
   * A VMA that was freed while a look-up had not returned that began in its range.
   *
   * @param out since when it was out of the tree
   */
  record Meeting(int vma, int task, long begun, long out, long freed) {}

  /** A part of a tree that a VMA has had since a time. */
  private record Piece(long start, long end, long since) {}

  /** A VMA in the life that it had when it was met. */
  private static final class Life {
    private final int incarnation;
    private final int vma;
    private final @Nullable MmState mm;
    private final List<Piece> pieces = new ArrayList<>();

    Life(VmaState of, int vma, @Nullable MmState mm) {
      incarnation = of.incarnation();
      this.vma = vma;
      this.mm = mm;
    }
  }

  /** A range that a VMA had when it left the tree, or was write-locked. */
  private record Left(Life life, Piece piece) {}

  private final Numbering numbering;
  private final TaskSpans tasks;
  private final Spans spans = new Spans(MOST, Column.KIND, Column.MM, Column.ADDRESS, Column.DETAIL);
  private final long[] what = Spans.blank();
  private final Map<VmaState, Life> lives = new LinkedHashMap<>();
  private final Map<VmaState, Left> out = new LinkedHashMap<>();
  private final Map<MmState, Map<VmaState, Left>> locked = new HashMap<>();
  private final List<Meeting> meetings = new ArrayList<>();
  private long allMeetings;
  private boolean freesSeen;

  VmaSpans(Numbering numbering, TaskSpans tasks) {
    this.numbering = numbering;
    this.tasks = tasks;
  }

  Spans spans() {
    return spans;
  }

  /** The first of them. */
  List<Meeting> meetings() {
    return meetings;
  }

  /** How many there were. */
  long allMeetings() {
    return allMeetings;
  }

  void accept(Step step) {
    switch (step.op()) {
      case MAS_STORE -> stores(step);
      case MAS_ERASE -> clears(step, null);
      case VMA_START_WRITE_RET -> locks(step);
      case MMAP_WRITE_UNLOCK, MMAP_WRITE_DOWNGRADE -> unlocks(step);
      case VM_AREA_FREE, VM_AREA_FREE_RCU -> freed(step);
      case VM_AREA_ALLOC, VM_AREA_DUP -> forget(step);
      case EXIT_MMAP -> exits(step);
      default -> {
        // nothing that changes a tree
      }
    }
  }

  /** Events are missing: nothing is known any more. */
  void lost(long time) {
    end(time);
  }

  /** What is open ends. */
  void end(long time) {
    lives.values().forEach(life -> life.pieces.forEach(piece -> add(State.IN_TREE, life, piece, time)));
    if (freesSeen) {
      out.values().forEach(left -> add(State.OUT_OF_TREE, left.life(), left.piece(), time));
    }
    locked.values().forEach(of -> of.values().forEach(left -> add(State.WRITE_LOCKED, left.life(), left.piece(), time)));
    lives.clear();
    out.clear();
    locked.clear();
  }

  private void stores(Step step) {
    VmaState vma = step.vma();
    MmState mm = step.mm();
    if (vma == null || mm == null) {
      return;
    }
    clears(step, vma);
    long now = step.moment().time();
    Life life = lives.get(vma);
    if (life == null || life.incarnation != vma.incarnation()) {
      end(life, now);
      life = new Life(vma, numbering.vma(vma), mm);
      lives.put(vma, life);
    }
    Left left = out.remove(vma);
    if (left != null && freesSeen && left.life().incarnation == vma.incarnation()) { // without frees in the capture it may be another VMA of the same address
      add(State.OUT_OF_TREE, left.life(), left.piece(), now);
    }
    life.pieces.add(new Piece(step.first(), step.last() + 1, now));
  }

  /**
   * What a range of the tree holds leaves it.
   *
   * @param stored the VMA that is stored over the range; null for none
   */
  private void clears(Step step, @Nullable VmaState stored) {
    MmState mm = step.mm();
    if (mm == null) {
      return;
    }
    for (VmaTree.Range range : mm.tree().within(step.range())) {
      VmaState vma = range.vma();
      Life life = vma == null ? null : lives.get(vma);
      if (vma != null && life != null && life.incarnation == vma.incarnation()) {
        cut(life, step);
        if (life.pieces.isEmpty() && vma != stored) {
          leaves(vma, life, new Piece(range.first(), range.last() + 1, step.moment().time()));
        }
      }
    }
  }

  /** Takes a range out of what a VMA has. */
  private void cut(Life life, Step step) {
    long now = step.moment().time();
    long from = step.first();
    long to = step.last() + 1;
    for (Piece piece : List.copyOf(life.pieces)) {
      if (Long.compareUnsigned(piece.start(), to) < 0 && Long.compareUnsigned(from, piece.end()) < 0) {
        add(State.IN_TREE, life, piece, now);
        life.pieces.remove(piece);
        if (Long.compareUnsigned(piece.start(), from) < 0) {
          life.pieces.add(new Piece(piece.start(), from, now));
        }
        if (Long.compareUnsigned(to, piece.end()) < 0) {
          life.pieces.add(new Piece(to, piece.end(), now));
        }
      }
    }
  }

  private void leaves(VmaState vma, Life life, Piece piece) {
    lives.remove(vma);
    out.put(vma, new Left(life, piece));
    if (out.size() > MOST_OUT) {
      out.remove(out.keySet().iterator().next());
    }
  }

  private void locks(Step step) {
    VmaState vma = step.vma();
    MmState mm = step.mm();
    if (vma == null || mm == null || step.ret() != 0) {
      return;
    }
    Life life = lives.get(vma);
    Sample sample = step.sample();
    Piece piece = null;
    long now = step.moment().time();
    if (sample.hasRange()) {
      piece = new Piece(sample.start(), sample.end(), now);
    } else if (life != null && !life.pieces.isEmpty()) {
      piece = new Piece(life.pieces.getFirst().start(), life.pieces.getLast().end(), now);
    }
    if (piece != null) {
      locked.computeIfAbsent(mm, _ -> new LinkedHashMap<>()).putIfAbsent(vma, new Left(life == null ? new Life(vma, numbering.vma(vma), mm) : life, piece));
    }
  }

  /** The end of a write section unlocks all VMAs: vma_end_write_all(). */
  private void unlocks(Step step) {
    MmState mm = step.mm();
    Map<VmaState, Left> of = mm == null ? null : locked.remove(mm);
    if (of != null) {
      of.values().forEach(left -> add(State.WRITE_LOCKED, left.life(), left.piece(), step.moment().time()));
    }
  }

  private void freed(Step step) {
    VmaState vma = step.vma();
    if (vma == null) {
      return;
    }
    freesSeen = true;
    long now = step.moment().time();
    end(lives.remove(vma), now);
    Left left = out.remove(vma);
    if (left == null || left.life().incarnation != vma.incarnation()) {
      return;
    }
    TaskSpans.LookUp lookUp = tasks.aimedAt(vma);
    add(lookUp == null ? State.OUT_OF_TREE : State.OUT_WITH_LOOK_UP, left.life(), left.piece(), now);
    if (lookUp != null && ++allMeetings <= MOST_MEETINGS) {
      meetings.add(new Meeting(left.life().vma, numbering.task(lookUp.task(), lookUp.at()), lookUp.begin(), left.piece().since(), now));
    }
  }

  /** What had this address before is gone, and its end was not seen. */
  private void forget(Step step) {
    VmaState vma = step.vma();
    if (vma != null) {
      end(lives.remove(vma), step.moment().time());
      out.remove(vma);
    }
  }

  /** The tree is destroyed without a clear. */
  private void exits(Step step) {
    MmState mm = step.mm();
    if (step.op() == Op.EXIT_MMAP && mm != null) {
      lives.values().removeIf(life -> {
        boolean gone = life.mm == mm;
        if (gone) {
          end(life, step.moment().time());
        }
        return gone;
      });
    }
  }

  private void end(@Nullable Life life, long now) {
    if (life != null) {
      life.pieces.forEach(piece -> add(State.IN_TREE, life, piece, now));
      life.pieces.clear();
    }
  }

  private void add(State state, Life life, Piece piece, long now) {
    what[Column.KIND.ordinal()] = state.ordinal();
    what[Column.MM.ordinal()] = numbering.mm(life.mm);
    what[Column.VMA.ordinal()] = life.vma;
    what[Column.ADDRESS.ordinal()] = piece.start();
    what[Column.DETAIL.ordinal()] = piece.end();
    spans.add(piece.since(), now, what);
  }
}
