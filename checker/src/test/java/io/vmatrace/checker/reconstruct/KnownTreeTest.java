package io.vmatrace.checker.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KnownTreeTest {
  private static final PageRange ALL = new PageRange(0, KnownTree.TOP);

  private final KnownTree tree = new KnownTree();
  private final KnownVma a = new KnownVma(0xa0);
  private final KnownVma b = new KnownVma(0xb0);

  private @Nullable VmaState at(long address) {
    VmaTree.Range range = tree.find(address);
    return range == null ? null : range.vma();
  }

  @Test
  void shouldHoldAVmaFromItsFirstByteToItsLast() {
    tree.store(0x1000, 0x2fff, a, 1);
    assertThat(tree.find(0xfff)).isNull();
    assertThat(at(0x1000)).isSameAs(a);
    assertThat(at(0x2fff)).isSameAs(a);
    assertThat(tree.find(0x3000)).isNull();
  }

  @Test
  void shouldKeepNeighboursThatOnlyTouch() {
    tree.store(0x1000, 0x1fff, a, 1);
    tree.store(0x2000, 0x2fff, b, 2);
    assertThat(at(0x1fff)).isSameAs(a);
    assertThat(at(0x2000)).isSameAs(b);
    tree.store(0x1000, 0x1fff, null, 3);
    assertThat(at(0x2000)).isSameAs(b);
    assertThat(b.ranges()).isEqualTo(1);
    assertThat(a.ranges()).isZero();
  }

  @Test
  void shouldKeepWhatAStoreDoesNotCover() {
    tree.store(0x1000, 0x4fff, a, 1);
    tree.store(0x2000, 0x2fff, b, 2);
    assertThat(tree.within(ALL)).extracting(VmaTree.Range::first).containsExactly(0x1000L, 0x2000L, 0x3000L);
    assertThat(tree.within(ALL)).extracting(VmaTree.Range::last).containsExactly(0x1fffL, 0x2fffL, 0x4fffL);
    assertThat(a.ranges()).isEqualTo(2);
    tree.store(0x1000, 0x1fff, b, 3);
    assertThat(at(0x1000)).isSameAs(b);
    assertThat(at(0x3000)).isSameAs(a);
    assertThat(Objects.requireNonNull(tree.find(0x3000)).storedAt()).isEqualTo(1);
  }

  @Test
  void shouldFindTheRangesThatOverlapByTheirEnds() {
    tree.store(0x1000, 0x1fff, a, 1);
    tree.store(0x3000, 0x3fff, b, 2);
    assertThat(tree.within(new PageRange(0x1fff, 0x3000))).extracting(VmaTree.Range::vma).containsExactly(a, b);
    assertThat(tree.within(new PageRange(0x2000, 0x2fff))).isEmpty();
    assertThat(tree.within(new PageRange(0, 0x1000))).extracting(VmaTree.Range::vma).containsExactly(a);
  }

  @Test
  void shouldEraseNoMoreThanWhatWasStoredByThen() {
    tree.store(0x1000, 0x1fff, a, 1);
    tree.store(0x2000, 0x2fff, b, 5);
    tree.eraseStoredUpTo(0x1000, 0x2fff, 4, 6);
    assertThat(at(0x1000)).isNull();
    assertThat(tree.find(0x1000)).isNotNull();
    assertThat(at(0x2000)).isSameAs(b);
    tree.eraseStoredUpTo(0x2000, 0x2000, 5, 7);
    assertThat(at(0x2000)).isNull();
    assertThat(at(0x2001)).isSameAs(b);
  }

  @Test
  void shouldEraseOfTheGatheredRangeOnlyWhatWasThereWhenItWasGathered() {
    tree.store(0x1000, 0x1fff, a, 1);
    tree.gather(0x1000, 0x2fff);
    tree.store(0x2000, 0x2fff, b, 2);
    tree.eraseGathered(0x1000, 0x2fff, 3);
    assertThat(at(0x1fff)).isNull();
    assertThat(at(0x2000)).isSameAs(b);
  }

  @Test
  void shouldTellOfVmasThatLeaveTheirLastRange() {
    List<VmaState> departed = new ArrayList<>();
    tree.watch(departed);
    tree.store(0x1000, 0x2fff, a, 1);
    tree.store(0x1000, 0x1fff, null, 2);
    assertThat(departed).isEmpty();
    tree.store(0x2000, 0x2fff, null, 3);
    assertThat(departed).containsExactly(a);
  }

  @Test
  void shouldKnowAllOfAnEmptyTreeAndNothingOfAForgottenOne() {
    tree.becomeEmpty(1);
    assertThat(tree.find(0)).isNotNull();
    assertThat(tree.find(KnownTree.TOP)).isNotNull();
    assertThat(at(0x1000)).isNull();
    tree.store(0x1000, 0x1fff, a, 2);
    tree.forget();
    assertThat(tree.find(0x1000)).isNull();
    assertThat(a.ranges()).isZero();
  }
}
