package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.engine.EngineSteps;
import io.vmatrace.checker.engine.EngineSteps.Asked;
import io.vmatrace.checker.engine.EngineSteps.Call;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.StateField;
import io.vmatrace.checker.steps.StateLayout;
import io.vmatrace.parser.event.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine does what the step table says: each operation alone, on the same mapping, takes mm_lock_seq, the tree, and of each VMA vm_refcnt with its
 * flag and whether it is write-locked through the same values in the same order. SameStepsTest holds the form for real threads to the engine.
 */
class EngineAgainstTableTest {
  private static final int FLAG = 1 << 30;
  private static final int PAGES = 8;
  private static final int VMAS = 8;
  private static final int ALL = 7;

  /** In which form of the engine's name the table has a variant. */
  private static final List<Variant> VARIANTS =
      List.of(Variant.MMAP_LOCK, Variant.RWSEM, Variant.LATE_OWNER_TEST, Variant.REFCOUNT, Variant.EXCLUDE_READERS, Variant.STORE_LOCK_DETACH, Variant.HOLE_IN_TREE, Variant.LOCK_RANGE_FIRST);

  /**
   * An operation, as the engine and as the table have it.
   *
   * @param first the first page that is mapped before
   * @param last the last one
   * @param with a feature of the scenario, or nothing
   */
  record Pair(Asked engine, String table, int first, int last, String with) {
    Pair(Asked engine, String table) {
      this(engine, table, 0, 5, "");
    }
  }

  private static Asked asked(Call call, long first, long last, int prot) {
    return new Asked(0, 0, call, first, last, prot);
  }

  private static final List<Pair> PAIRS =
      List.of(
          new Pair(asked(Call.FAULT, 2, 2, 1), "fault mm0 2 2"),
          new Pair(asked(Call.MUNMAP, 0, 5, 0), "munmap mm0 0 5"),
          new Pair(asked(Call.MUNMAP, 2, 3, 0), "munmap mm0 2 3"),
          new Pair(asked(Call.MUNMAP, 0, 2, 0), "munmap mm0 0 2"),
          new Pair(asked(Call.MUNMAP, 3, 6, 0), "munmap mm0 3 6"),
          new Pair(asked(Call.MMAP, 2, 3, 3), "mmap_fixed mm0 2 3"),
          new Pair(asked(Call.MMAP, 0, 5, 3), "mmap_fixed mm0 0 5"),
          new Pair(asked(Call.MPROTECT, 2, 3, 1), "mprotect mm0 2 3"),
          new Pair(asked(Call.MPROTECT, 0, 5, 1), "mprotect mm0 0 5"),
          new Pair(asked(Call.BRK, 6, 7, 3), "brk mm0 6 7"),
          new Pair(asked(Call.READ_MAPS, 0, 7, 0), "maps mm0 0 7"),
          new Pair(asked(Call.DONTNEED, 2, 2, 0), "madvise_dontneed mm0 2 2"),
          new Pair(asked(Call.MUNMAP_FAILS, 2, 3, 0), "munmap mm0 2 3", 0, 5, "  with store-may-fail\n"),
          new Pair(asked(Call.MREMAP, 0, 4, 0), "mremap mm0 0 1 4", 0, 1, ""),
          new Pair(asked(Call.EXPAND_DOWNWARDS, 2, 2, 0), "stack_fault mm0 2 2", 3, 5, ""),
          new Pair(asked(Call.UFFD_MOVE, 2, 4, 0), "uffd_move mm0 2 2 4"),
          new Pair(new Asked(0, 0, Call.FORK_KILLABLE, 0, 7, 0, 1), "fork mm0 0 7 mm1"),
          new Pair(asked(Call.EXIT, 0, 0, 0), "exit mm0 0 7"));

  static Stream<Arguments> each() {
    return VARIANTS.stream().flatMap(variant -> PAIRS.stream().filter(pair -> isCompared(variant, pair)).map(pair -> Arguments.of(variant, pair)));
  }

  /** Not where the engine does not show the VMAs of an mm without users; nor a replacement with a hole, after which the engine stores before it detaches. */
  private static boolean isCompared(Variant variant, Pair pair) {
    boolean exits = pair.engine.call() == Call.EXIT;
    boolean replaces = pair.engine.call() == Call.MMAP;
    boolean takesVmaLock = pair.engine.call() == Call.DONTNEED; // as from 6.17 on; the table has 6.15 as it was
    return !(takesVmaLock && variant.equals(Variant.LATE_OWNER_TEST)) && !(exits && !variant.isRefcounted()) && !(replaces && variant.equals(Variant.HOLE_IN_TREE));
  }

  @ParameterizedTest
  @MethodSource("each")
  void shouldTakeTheSameWay(Variant variant, Pair pair) {
    assertThat(ofEngine(variant, pair)).isEqualTo(ofTable(variant, pair));
  }

  private static List<String> ofEngine(Variant variant, Pair pair) {
    List<String> way = new ArrayList<>();
    int[] first = {-1};
    for (EngineSteps.Done done : EngineSteps.run(variant, List.of(asked(Call.MMAP, pair.first, pair.last, 3), pair.engine), 0)) {
      add(way, ofEngine(done.state(), variant, first));
    }
    return way;
  }

  private static void add(List<String> way, String state) {
    if (way.isEmpty() || !way.getLast().equals(state)) {
      way.add(state);
    }
  }

  /** {@code seq [first-last start-end refcnt/seq …] } and then every VMA. */
  private static String ofEngine(String state, Variant variant, int[] from) {
    List<String> words = List.of(state.replace("[", "[ ").strip().split("\\s+", -1));
    int seq = Integer.parseInt(words.getFirst());
    from[0] = from[0] < 0 ? seq - seq % 2 : from[0];
    StringBuilder tree = new StringBuilder();
    Set<String> vmas = new TreeSet<>();
    int at = 2;
    for (; !words.get(at).startsWith("]"); at += 1) {
      if (at + 2 < words.size() && words.get(at + 2).contains("/")) {
        tree.append(words.get(at)).append(' ');
        vmas.add(vma(words.get(at + 1), words.get(at + 2), seq, variant));
        at += 2;
      }
    }
    for (at++; at + 1 < words.size() && words.get(at + 1).equals("["); at++) { // a fork's child, of which the VMAs are looked at
      at += words.subList(at, words.size()).indexOf("]");
    }
    for (; at + 1 < words.size(); at += 2) { // every VMA of the slab, where the engine has them
      vmas.add(vma(words.get(at), words.get(at + 1), seq, variant));
    }
    vmas.remove("");
    return text(variant, seq - from[0], tree.toString().strip(), vmas);
  }

  private static String vma(String range, String values, int seq, Variant variant) {
    int slash = values.indexOf('/');
    boolean detached = values.endsWith("d");
    int refcnt = Integer.parseUnsignedInt(values, 0, slash, 16);
    int lockSeq = Integer.parseInt(values, slash + 1, values.length() - (detached ? 1 : 0), 10);
    boolean counts = variant.isRefcounted();
    int dash = range.indexOf('-'); // the engine's ends are behind the last page
    String pages = range.substring(0, dash) + "-" + Integer.toHexString(Integer.parseInt(range, dash + 1, range.length(), 16) - 1);
    return text(pages, counts ? refcnt & FLAG - 1 : 0, counts && (refcnt & FLAG) != 0, seq % 2 == 1 && lockSeq == seq, counts ? refcnt != 0 : !detached);
  }

  private static String text(String range, int count, boolean flag, boolean locked, boolean isShown) {
    return isShown ? "%s:%d%s%s".formatted(range, count, flag ? "+flag" : "", locked ? " locked" : "") : "";
  }

  /** Without VMA locks the engine has no mm_lock_seq. */
  private static String text(Variant variant, int seq, String tree, Set<String> vmas) {
    return variant.generation() == Generation.MMAP_LOCK ? "[%s] %s".formatted(tree, vmas) : "%d [%s] %s".formatted(seq, tree, vmas);
  }

  /** The engine's variant of 6.16.1 to 6.19 has VMA locks for /proc/PID/maps, as from 6.17 on. */
  private static String name(Variant variant) {
    return variant.equals(Variant.REFCOUNT) ? "lock-store-detach-6.18" : variant.name();
  }

  private static List<String> ofTable(Variant variant, Pair pair) {
    String scenario = "scenario one: alone\n  mms 2  pages %d  vmas %d\n%s  task mmap mm0 %d %d, %s\n".formatted(PAGES, VMAS, pair.with, pair.first, pair.last, pair.table);
    Scenario of = Scenario.read(scenario.lines().toList()).get("one");
    Design design = Objects.requireNonNull(Design.Catalogue.builtIn().variant(name(variant)), variant.name());
    SmallWorld world = new SmallWorld(Objects.requireNonNull(of, "it is read"), design, design.table());
    long[] state = world.first();
    List<String> way = new ArrayList<>();
    while (world.machine.choices(state, 0) > 0) {
      int nobodyIsKilled = world.machine.isKill(state, 0, 0) ? world.machine.choices(state, 0) - 1 : 0;
      assertThat(world.machine.step(state, 0, nobodyIsKilled)).isNull();
      add(way, ofTable(world.layout, state, variant));
    }
    return way;
  }

  private static boolean isInTree(StateLayout layout, long[] state, int vma) {
    return IntStream.range(0, PAGES).anyMatch(page -> layout.get(state, StateField.TREE, page) == vma + 1);
  }

  private static String ofTable(StateLayout layout, long[] state, Variant variant) {
    int seq = layout.get(state, StateField.SEQ, 0);
    StringBuilder tree = new StringBuilder();
    Set<String> vmas = new TreeSet<>();
    for (int page = 0; page < PAGES; page++) {
      int vma = layout.get(state, StateField.TREE, page);
      int last = page;
      while (vma > 0 && last < ALL && layout.get(state, StateField.TREE, last + 1) == vma) {
        last++;
      }
      if (vma > 0) {
        tree.append("%x-%x ".formatted(page, last));
      }
      page = last;
    }
    for (int vma = 0; vma < VMAS; vma++) {
      if (layout.get(state, StateField.LIVE, vma) == 1) {
        int count = layout.get(state, StateField.REFCNT, vma);
        boolean flag = layout.get(state, StateField.FLAG, vma) == 1;
        boolean isShown = variant.isRefcounted() ? count != 0 || flag : layout.get(state, StateField.DETACHED, vma) == 0 && isInTree(layout, state, vma);
        String range = "%x-%x".formatted(layout.get(state, StateField.START, vma), layout.get(state, StateField.LAST, vma));
        vmas.add(text(range, variant.isRefcounted() ? count : 0, flag, seq % 2 == 1 && layout.get(state, StateField.LOCK_SEQ, vma) == seq, isShown));
      }
    }
    vmas.remove("");
    return text(variant, seq - 2, tree.toString().strip(), vmas);
  }
}
