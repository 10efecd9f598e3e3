package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FairCyclesTest {
  /** The steps that led to states first, as the explorer keeps them. */
  private static final class Tree implements FairCycles.Tree {
    private final List<Integer> parents = new ArrayList<>(List.of(-1));

    void add(int state, int to) {
      if (to == parents.size()) {
        parents.add(state);
      }
    }

    @Override
    public int parent(int state) {
      return parents.get(state);
    }

    @Override
    public int task(int state) {
      return 0;
    }
  }

  /** Against a search from each state of random graphs, most of whose steps lead to higher numbers, as the explorer's do. */
  @Test
  void shouldKeepWhatIsOnACycle() {
    Random random = new Random(5);
    int kept = 0;
    int cyclic = 0;
    for (int round = 0; round < 300; round++) {
      List<BitSet> steps = graph(random, 1 + random.nextInt(200), random.nextInt(40));
      int[] candidates = recorded(steps).candidates();
      int[] onCycle = IntStream.range(0, steps.size()).filter(state -> reaches(steps, state).get(state)).toArray();
      assertThat(candidates).contains(onCycle);
      kept += candidates.length;
      cyclic += onCycle.length;
    }
    assertThat(cyclic).isGreaterThan(1000);
    assertThat(kept).as("hardly more than what is on a cycle, or between two").isLessThan(cyclic * 2);
  }

  @Test
  void shouldKeepNothingWhereNothingGoesBack() {
    Tree tree = new Tree();
    FairCycles cycles = new FairCycles(tree);
    for (int state = 0; state < 100_000; state++) {
      cycles.next();
      if (state < 99_999) {
        tree.add(state, state + 1);
        cycles.add(state + 1, state % 3);
      }
    }
    assertThat(cycles.candidates()).isEmpty();
  }

  @Test
  void shouldFindComponents() {
    Random random = new Random(9);
    for (int round = 0; round < 100; round++) {
      List<BitSet> steps = graph(random, 1 + random.nextInt(60), random.nextInt(30));
      int[] begins = new int[steps.size() + 1];
      List<Integer> to = new ArrayList<>();
      for (int state = 0; state < steps.size(); state++) {
        steps.get(state).stream().forEach(to::add);
        begins[state + 1] = to.size();
      }
      int[] component = new Components(begins, to.stream().mapToInt(i -> i).toArray()).numbers();
      List<BitSet> reached = IntStream.range(0, steps.size()).mapToObj(state -> reaches(steps, state)).toList();
      for (int one = 0; one < steps.size(); one++) {
        for (int two = 0; two < one; two++) {
          assertThat(component[one] == component[two]).as("%s", Arrays.toString(component)).isEqualTo(reached.get(one).get(two) && reached.get(two).get(one));
        }
      }
    }
  }

  /** Numbered as they are met: each state but the first is led to by one of a lower number. */
  private static List<BitSet> graph(Random random, int states, int back) {
    List<BitSet> steps = new ArrayList<>();
    int highest = 0;
    for (int state = 0; state <= highest; state++) {
      BitSet to = new BitSet();
      for (int i = random.nextInt(4); i > 0 || state == highest && highest + 1 < states && to.isEmpty(); i--) {
        if (random.nextInt(3) == 0 && state < highest) {
          to.set(state + 1 + random.nextInt(highest - state));
        } else if (highest + 1 < states) {
          to.set(++highest);
        }
      }
      if (random.nextInt(100) < back) {
        to.set(random.nextInt(state + 1));
      }
      steps.add(to);
    }
    return steps;
  }

  private static FairCycles recorded(List<BitSet> steps) {
    Tree tree = new Tree();
    FairCycles cycles = new FairCycles(tree);
    for (int state = 0; state < steps.size(); state++) {
      cycles.next();
      for (int to : steps.get(state).stream().toArray()) {
        tree.add(state, to);
        cycles.add(to, 0);
      }
    }
    return cycles;
  }

  /** What one or more steps lead to. */
  private static BitSet reaches(List<BitSet> steps, int from) {
    BitSet reached = new BitSet();
    BitSet open = (BitSet) steps.get(from).clone();
    while (!open.isEmpty()) {
      int next = open.nextSetBit(0);
      open.clear(next);
      if (!reached.get(next)) {
        reached.set(next);
        open.or(steps.get(next));
        open.andNot(reached);
      }
    }
    return reached;
  }
}
