package io.vmatrace.checker.engine;

import io.vmatrace.checker.check.Verdict;
import io.vmatrace.parser.event.EventBatch;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ScratchTest {
  @Test
  void shouldTell() {
    int n = Integer.getInteger("scratch.n", 3000);
    for (Mutant mutant : Mutant.values()) {
      Variant variant = (mutant == Mutant.B09 ? Variant.RWSEM : Variant.EXCLUDE_READERS).with(mutant);
      Programs programs = new Programs(variant);
      TreeMap<String, int[]> said = new TreeMap<>();
      for (int seed = 0; seed < n; seed++) {
        EventBatch events = new EventBatch();
        Machine machine = new Machine(programs, new EventProbes(programs.variant, events));
        Broken broken;
        try {
          broken = Scenario.of(machine, seed).runOn(new RandomScheduler(seed));
        } catch (RuntimeException e) {
          throw new IllegalStateException(mutant + " seed " + seed, e);
        }
        java.util.TreeSet<String> of = new java.util.TreeSet<>();
        if (broken != null) of.add("oracle " + broken.rule());
        Verdict.of(programs.variant.generation(), events).forEach(f -> of.add(f.substring(0, 3)));
        Verdict.possible(programs.variant.generation(), events).forEach(f -> of.add(f.substring(0, 3) + "?"));
        int at = seed;
        of.forEach(f -> said.computeIfAbsent(f, _ -> new int[] {0, at})[0]++);
      }
      StringBuilder line = new StringBuilder(mutant + ": ");
      said.forEach((k, v) -> line.append(k).append(" x").append(v[0]).append("@").append(v[1]).append(", "));
      System.out.println(line);
    }
  }
}
