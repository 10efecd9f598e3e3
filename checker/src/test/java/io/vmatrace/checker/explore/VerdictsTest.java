package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.steps.Broken;
import io.vmatrace.checker.steps.Design;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is expected of each order and of each bug, before anything is explored. The kernel's functions that the rows are about: mm/mmap_lock.c
 * vma_mark_detached(), vma_start_read() and lock_vma_under_rcu(), include/linux/mmap_lock.h vma_refcount_put(), mm/vma.c vms_gather_munmap_vmas() and
 * vms_complete_munmap_vmas().
 */
class VerdictsTest {
  private static final int MOST = 5_000_000;

  /** Empty: holds. {@code reaches}: what is seen to happen, or with ! never happens. */
  @ParameterizedTest
  @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
      # what landed in 6.15: one or two VMAs, one to three readers, reuse by another mm, replacement with a walker
      lock-store-detach           | -                | munmap-fault        | -                    | second_wait
      lock-store-detach           | -                | munmap-two-faults   | -                    | second_wait
      lock-store-detach           | -                | munmap-three-faults | -                    | second_wait
      lock-store-detach           | -                | munmap-two-vmas     | -                    | second_wait
      lock-store-detach           | -                | reuse               | -                    | second_wait
      lock-store-detach           | -                | replace-maps        | -                    | second_wait
      lock-store-detach           | -                | munmap-fault        | -                    | !page_where_tree_has_nothing
      # the words of the mail, no second wait, the wait for an attached VMA, a detach that stores 0
      lock-store-detach-literal   | -                | munmap-fault        | detached-and-unused  | -
      lock-store-detach           | M1               | munmap-fault        | detached-and-unused  | -
      lock-store-detach           | no-second-wait   | munmap-fault        | detached-and-unused  | -
      lock-store-detach           | M2               | munmap-fault        | detached-and-unused  | -
      lock-store-detach           | M3               | munmap-fault        | refcount-below-zero  | -
      # out of the tree first: holds with the second wait. A page comes where the tree has nothing any more, though no page tables are freed there
      store-lock-detach           | -                | munmap-fault        | -                    | second_wait
      store-lock-detach           | -                | munmap-two-faults   | -                    | second_wait
      store-lock-detach           | -                | munmap-fault        | -                    | page_where_tree_has_nothing
      store-lock-detach           | no-second-wait   | munmap-fault        | detached-and-unused  | -
      store-lock-detach-as-posted | -                | munmap-fault        | detached-and-unused  | -
      # a hole first: a walker sees it where something is replaced
      hole-in-tree                | -                | munmap-fault        | -                    | second_wait
      hole-in-tree                | -                | munmap-maps         | -                    | -
      hole-in-tree                | -                | replace-maps        | gap                  | -
      # all of the range locked first
      lock-range-first            | -                | munmap-two-vmas     | -                    | second_wait
      lock-range-first            | -                | replace-maps        | -                    | second_wait
      lock-range-first            | M1               | munmap-fault        | detached-and-unused  | -
      # cleared VMA by VMA, with a walker
      lock-store-detach           | M15              | munmap-maps         | half-removed         | -
      # the owner test late, no pin, vm_mm read late, no owner test, with reuse
      lock-store-detach-6.15      | -                | reuse               | mm-used-after-free   | -
      lock-store-detach           | B14_NO_PIN       | reuse               | mm-used-after-free   | -
      lock-store-detach           | B14_LATE_READ    | reuse               | mm-used-after-free   | -
      lock-store-detach           | M5               | reuse               | read-locked-under-writer | -
      # numbers compared before the increment only, readers that wake no detacher, detached before locked, looked before registered, not locked at all
      lock-store-detach           | M6               | munmap-fault        | read-locked-under-writer | -
      lock-store-detach           | M8               | munmap-fault        | deadlock             | -
      lock-store-detach           | M13              | munmap-fault        | detached-unlocked    | -
      lock-store-detach           | M20              | munmap-fault        | deadlock             | -
      lock-store-detach           | B10              | replace-fault       | page-in-freed-tables | -
      # the rw_semaphore of 6.4 to 6.14
      rwsem-6.4                   | -                | munmap-two-faults   | -                    | !second_wait
      rwsem-6.10                  | -                | munmap-two-faults   | -                    | !second_wait
      rwsem                       | -                | munmap-two-faults   | -                    | !second_wait
      rwsem                       | -                | reuse               | -                    | -
      rwsem                       | M6               | munmap-fault        | read-locked-under-writer | -
      rwsem                       | no-detached-test | munmap-fault        | vma-used-after-free  | -
      rwsem                       | no-detached-flag | munmap-fault        | attached-outside-tree | -
      rwsem                       | no-rcu-delay     | munmap-fault        | freed-under-reader   | -
      rwsem                       | B09              | mprotect-write      | fault-outside-vma    | -
      # and what changes nothing
      lock-store-detach           | M9               | munmap-three-faults | -                    | -
      lock-store-detach           | M17              | fork-dontcopy       | -                    | -
      """)
  void shouldComeOutAsExpected(String variant, String mutant, String scenario, String invariant, String reaches) {
    Design design = Objects.requireNonNull(Design.Catalogue.builtIn().variant(variant), variant);
    Design meant = mutant == null ? design : design.with(mutant);
    Exploration found = new Explorer(Objects.requireNonNull(Scenario.builtIn().get(scenario), scenario), meant, meant.table(), MOST).explore();
    Broken broken = found.broken();
    assertThat(broken == null ? null : broken.id()).isEqualTo(invariant);
    assertThat(found.complete()).isEqualTo(invariant == null);
    if (reaches != null && reaches.startsWith("!")) {
      assertThat(found.reached()).doesNotContainKey(reaches.substring(1));
    } else if (reaches != null) {
      assertThat(found.reached()).containsKey(reaches);
    }
  }
}
