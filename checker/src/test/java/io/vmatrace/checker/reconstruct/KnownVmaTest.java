package io.vmatrace.checker.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.VmaState.Life;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** The life of a VMA: what is known of it after a change, and after two of which the capture does not tell which came first. */
class KnownVmaTest {
  private static final Map<Life, BiConsumer<KnownVma, Moment>> CHANGES =
      Map.of(
          Life.ALLOCATED, (vma, moment) -> vma.allocate(moment, null),
          Life.ATTACHED, KnownVma::attach,
          Life.DETACHED, KnownVma::detach,
          Life.FREED, KnownVma::free);

  private final KnownMm mm = new KnownMm(0x10, null);

  private static Moment moment(long at, long time, int cpu) {
    Moment moment = new Moment();
    moment.set(at, time, cpu);
    return moment;
  }

  private static KnownVma changed(Life from, Life to, Moment then) {
    KnownVma vma = new KnownVma(0xa0);
    change(vma, from, moment(1, 100, 0));
    change(vma, to, then);
    return vma;
  }

  private static void change(KnownVma vma, Life to, Moment moment) {
    CHANGES.getOrDefault(to, (_, _) -> {}).accept(vma, moment);
  }

  @Test
  void shouldKnowNothingAfterTwoChangesOfOneTimeOnTwoCpus() {
    for (Life from : CHANGES.keySet()) {
      for (Life to : CHANGES.keySet()) {
        KnownVma vma = changed(from, to, moment(2, 100, 1));
        assertThat(vma.life()).as("%s, then %s", from, to).isEqualTo(Life.UNKNOWN);
        assertThat(List.of(vma.allocated(), vma.detached(), vma.freed())).as("%s, then %s", from, to).noneMatch(Moment::known);
      }
    }
  }

  @Test
  void shouldKnowTheLaterOfTwoChangesInOrder() {
    for (Life from : CHANGES.keySet()) {
      for (Life to : CHANGES.keySet()) {
        assertThat(changed(from, to, moment(2, 100, 0)).life()).as("on one CPU").isEqualTo(to);
        assertThat(changed(from, to, moment(2, 101, 1)).life()).as("at two times").isEqualTo(to);
      }
    }
  }

  @Test
  void shouldKnowTheNextChangeAgain() {
    KnownVma vma = changed(Life.FREED, Life.ATTACHED, moment(2, 100, 1));
    vma.detach(moment(3, 101, 0));
    assertThat(vma.life()).isEqualTo(Life.DETACHED);
    assertThat(vma.detached().at()).isEqualTo(3);
  }

  @Test
  void shouldBeInDoubtWhileItIsDetached() {
    KnownVma vma = changed(Life.ALLOCATED, Life.ATTACHED, moment(2, 101, 0));
    vma.detaching(moment(3, 102, 0));
    assertThat(vma.life()).isEqualTo(Life.UNKNOWN);
    vma.detach(moment(4, 102, 1));
    assertThat(vma.life()).isEqualTo(Life.UNKNOWN);
  }

  @Test
  void shouldBeNeitherDetachedNorFreedOnceItIsStored() {
    for (Life from : CHANGES.keySet()) {
      KnownVma vma = changed(from, Life.ATTACHED, moment(2, 101, 0));
      assertThat(List.of(vma.detached(), vma.freed())).as("from %s", from).noneMatch(Moment::known);
    }
  }

  @Test
  void shouldForgetWhenItWasAllocatedWhereOneThatWasFreedIsStored() {
    assertThat(changed(Life.ALLOCATED, Life.ATTACHED, moment(2, 101, 0)).allocated().known()).isTrue();
    KnownVma vma = changed(Life.ALLOCATED, Life.FREED, moment(2, 101, 0));
    vma.attach(moment(3, 102, 0));
    assertThat(vma.allocated().known()).isFalse();
    assertThat(vma.freed().known()).isFalse();
  }

  @Test
  void shouldBeWriteLockedOnlyInItsSectionWhileThatIsOpen() {
    KnownVma vma = new KnownVma(0xa0);
    KnownSection before = new KnownSection(mm, new KnownTask(1), moment(1, 1, 0));
    KnownSection section = new KnownSection(mm, new KnownTask(1), moment(5, 5, 0));
    vma.startWrite(moment(3, 3, 0));
    assertThat(vma.isNotWriteLockedIn(section)).isTrue();
    assertThat(vma.isNotWriteLockedIn(before)).isFalse();
    vma.startWrite(moment(6, 6, 0));
    assertThat(vma.isNotWriteLockedIn(section)).isFalse();
    assertThat(vma.isWriteLockedIn(section)).isFalse();
    vma.writeLock(moment(7, 7, 0), section);
    assertThat(vma.isWriteLockedIn(section)).isTrue();
    assertThat(vma.isWriteLockedIn(before)).isFalse();
    assertThat(vma.isWriteLockedIn(null)).isFalse();
    section.ended().set(moment(8, 8, 0));
    assertThat(vma.isWriteLockedIn(section)).isFalse();
  }

  @Test
  void shouldCountAsAnotherWhenItIsAllocatedAgain() {
    KnownVma vma = new KnownVma(0xa0);
    vma.allocate(moment(1, 1, 0), mm);
    assertThat(vma.mm()).isSameAs(mm);
    vma.belongsTo(mm);
    assertThat(mm.vmasSeen()).isEqualTo(1);
    vma.allocate(moment(2, 2, 0), null);
    assertThat(vma.mm()).isNull();
    assertThat(vma.incarnation()).isEqualTo(2);
    vma.belongsTo(mm);
    assertThat(mm.vmasSeen()).isEqualTo(2);
  }
}
