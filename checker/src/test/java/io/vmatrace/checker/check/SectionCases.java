package io.vmatrace.checker.check;

import java.util.List;

/** The violations about what a write section may do, and what must have been done when it does it. */
final class SectionCases {
  private static final String CHURN = "clean-7.2.13-churn";

  private SectionCases() {}

  static List<RuleCase> all() {
    return List.of(
        RuleCase.history("R42", CHURN, "munmap downgrades once more", SectionCases::downgradesTwice),
        RuleCase.history("R45", CHURN, "munmap takes the mmap_lock of another mm for writing too", SectionCases::writesTwoMms));
  }

  /** The second event of a write section in a munmap: the acquisition. */
  private static int acquired(Lines l) {
    return l.find(1, l.find("sys_munmap("), "mmap_lock_acquire_returned", "write=true");
  }

  private static void downgradesTwice(Lines l) {
    int acquired = acquired(l);
    int downgraded = l.find(1, acquired, "-" + l.event(acquired).pid() + " ", "mmap_lock_acquire_returned", "write=false");
    l.insert(downgraded + 1, l.lines().get(downgraded));
    l.expectAt(downgraded + 1);
  }

  private static void writesTwoMms(Lines l) {
    int acquired = acquired(l);
    Lines.Event event = l.event(acquired);
    String of = event.text().replace(event.value("mm"), "ff3358c3deadbee0");
    l.insert(acquired + 1, event.line(of.replace("acquire_returned", "start_locking").replace(" success=true", "")));
    l.insert(acquired + 2, event.line(of));
    l.insert(acquired + 3, event.line(of.replace("acquire_returned", "released").replace(" success=true", "")));
    l.expectAt(acquired + 2);
  }
}
