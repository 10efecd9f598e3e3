package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class ReaderRules {
  private ReaderRules() {}

  /** New rules, which have seen nothing. */
  public static List<Rule> create() {
    return List.of(
        new AddressInsideVma(),
        new DropKeepsWriteLocks(),
        new FallbackHasCause(),
        new FieldsStayUnderReader(),
        new FirstAnonVmaUnderMmapLock(),
        new LookUpInLivingMm(),
        new LookUpInRcuTree(),
        new LookUpReturnsNoError(),
        new MadviseUnderVmaLock(),
        new MapsGoUpwards(),
        new NoBlockingMmapLockUnderReadLock(),
        new NoFaultInProcmapQuery(),
        new NoNowaitUnderVmaLock(),
        new NoReadLockWhileRangeChanges(),
        new NoReadLockWhileWriteLocked(),
        new NoUseAfterRetry(),
        new NoWriteLockUnderReadLock(),
        new NotFreedUnderReader(),
        new OneReadLockOfAVma(),
        new OnlyUserFaultsLookUp(),
        new ReadLockOfOwnMm(),
        new ReadLockOnlyAttached(),
        new ReadersNeverSleep(),
        new RetriedFaultTakesMmapLock(),
        new StableVmaOfUserfaultfd(),
        new TwoReadLocksOnlyInMove(),
        new UserfaultSleepsUnlocked(),
        new WithdrawnLookUpFindsNone(),
        new WriteLockExcludesReaders());
  }
}
