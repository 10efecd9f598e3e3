package io.vmatrace.checker.check;

import java.util.List;

/** The violations about what a write section may do, and what must have been done when it does it. */
final class SectionCases {
  private static final String CHURN = "clean-7.2.13-churn";
  private static final String FORK = "clean-7.2.13-fork-faults";

  /** A merge shortly before and after which its task write-locks other VMAs. */
  private static final int MERGE = 3;

  /** So many lines away. */
  private static final int NEAR = 80;

  private SectionCases() {}

  static List<RuleCase> all() {
    return List.of(
        RuleCase.history("R29", CHURN, "another task write-locks a VMA inside of a write section", SectionCases::writesInOthers),
        RuleCase.history("R47", FORK, "fork stores a VMA in the child's tree after it has released the child's lock", SectionCases::storesInChild),
        RuleCase.suspicion("R48", CHURN, "an mmap stores a VMA that is in the tree elsewhere", SectionCases::storesAnother),
        RuleCase.history("R40", CHURN, "munmap takes the mmap_lock for writing once more", l -> takesAgain(l, true)),
        RuleCase.history("R40", CHURN, "munmap takes the mmap_lock for reading too, and gives that back", l -> takesAgain(l, false)),
        RuleCase.suspicion("R40", CHURN, "the capture ends where a munmap asks for the mmap_lock once more", SectionCases::endsWaitingForItself),
        RuleCase.history("R42", CHURN, "munmap downgrades once more", SectionCases::downgradesTwice),
        RuleCase.history("R45", CHURN, "munmap takes the mmap_lock of another mm for writing too", SectionCases::writesTwoMms),
        RuleCase.history("R48", CHURN, "the write lock of the VMA that a merge makes larger is taken out", SectionCases::mergesUnlocked),
        RuleCase.suspicion("R50", CHURN, "an mmap stores its VMA at a second place too", SectionCases::storesTwice),
        RuleCase.suspicion("R79", CHURN, "a merge stores the VMA that stays one page short", SectionCases::mergesShort),
        RuleCase.suspicion("R79", CHURN, "an mmap clears what it has stored", SectionCases::mapsNothing),
        RuleCase.history("R55", CHURN, "a later write section stores a VMA that was freed", SectionCases::storesFreed),
        RuleCase.history("R53", CHURN, "the write lock of the VMA that an mprotect splits is taken out", SectionCases::splitsUnlocked),
        RuleCase.suspicion("R53", CHURN, "the write lock of the VMA that a munmap clears is taken out", SectionCases::clearsUnlocked),
        RuleCase.suspicion("R54", CHURN, "the free of the VMA that a munmap clears is taken out", SectionCases::losesVma));
  }

  /** The second event of a write section in a munmap: the acquisition. */
  private static int acquired(Lines l) {
    return l.findOfTask(l.findAmongLocks("sys_munmap("), "mmap_lock_acquire_returned", "write=true");
  }

  private static void writesInOthers(Lines l) {
    int locked = l.findOfTask(acquired(l), ": __vma_start_write_ret: ");
    Lines.Event event = l.event(locked);
    int entered = l.findBefore(locked, ": __vma_start_write: ");
    long micros = event.micros();
    l.expectAt(l.insertByTime(locked, event.line(RuleCase.STRANGER, 1 - event.cpu(), micros, l.event(entered).text().replaceAll("vma=\\w+", "vma=0xff3358c3deadbe00")), micros));
  }

  private static void storesInChild(Lines l) {
    int copied = l.find(": dup_mmap_ret: ", "ret=0");
    String task = "-" + l.event(copied).pid() + " ";
    int released = l.findBefore(l.findBefore(copied, "mmap_lock_released"), "mmap_lock_released");
    int stored = l.findBefore(released, ": ma_write: ");
    if (!l.lines().get(released).contains(task) || !l.lines().get(stored).contains(task) || l.lines().get(stored).contains("val 0000")) {
      throw new IllegalStateException("events of other tasks");
    }
    l.insert(stored, l.event(stored).line(l.event(released).text()));
    l.remove(released + 1);
    l.expectAt(stored + 1);
  }

  /** The VMA of a fault shortly before, of which nothing shows from then on. */
  private static void storesAnother(Lines l) {
    int call = l.find(1, l.findAmongLocks("sys_mmap("), "sys_mmap(");
    int stored = l.findOfTask(call, ": ma_write: mas_store_prealloc");
    int fault = l.findBefore(call, ": handle_mm_fault: ");
    while (!isUntouched(l, fault, stored)) {
      fault = l.findBefore(fault, ": handle_mm_fault: ");
    }
    l.lines().set(stored, l.lines().get(stored).replaceFirst("val \\w+", "val " + l.event(fault).value("vma").substring(2)));
    l.expectAt(stored);
  }

  private static boolean isUntouched(Lines l, int fault, int until) {
    String vma = l.event(fault).value("vma").substring(2);
    return l.lines().subList(fault + 1, until + 2).stream().noneMatch(line -> line.contains(vma) && !line.contains("fault") && !line.contains("lock_vma") && !line.contains("__vmf"));
  }

  private static void takesAgain(Lines l, boolean write) {
    int acquired = acquired(l);
    Lines.Event event = l.event(acquired);
    String taken = event.text().replace("write=true", "write=" + write);
    l.insert(acquired + 1, event.line(taken.replace("acquire_returned", "start_locking").replace(" success=true", "")));
    l.insert(acquired + 2, event.line(taken));
    if (!write) {
      l.insert(acquired + 3, event.line(taken.replace("acquire_returned", "released").replace(" success=true", "")));
    }
    l.expectAt(acquired + 2);
  }

  private static void endsWaitingForItself(Lines l) {
    int acquired = acquired(l);
    Lines.Event event = l.event(acquired);
    l.lines().subList(acquired + 1, l.lines().size()).clear();
    l.insert(acquired + 1, event.line(event.text().replace("acquire_returned", "start_locking").replace(" success=true", "")));
    l.expectAt(acquired + 1);
  }

  private static void storesTwice(Lines l) {
    int call = l.find("sys_mmap(");
    int stored = l.find(1, call, ": ma_write: mas_store_prealloc");
    l.insert(stored + 1, l.lines().get(stored).replaceFirst("range:\\d+-\\d+", "range:40960000-40968191"));
    l.expectAt(l.find(1, stored, "-" + l.event(call).pid() + " ", "mmap_lock_released", "write=true"));
  }

  private static void mergesShort(Lines l) {
    int completed = l.find(": vma_complete: ", "insert=0x0", "remove=0xff");
    Lines.Event event = l.event(completed);
    String whole = "range:%d-%d ".formatted(Long.decode(event.value("start")), Long.decode(event.value("end")) - 1);
    String less = "range:%d-%d ".formatted(Long.decode(event.value("start")), Long.decode(event.value("end")) - 4097);
    for (int i = completed - 1; l.lines().get(i).contains(whole) || l.lines().get(i).contains(": ma_write: "); i--) {
      l.lines().set(i, l.lines().get(i).replace(whole, less));
    }
    l.expectAt(completed);
  }

  private static void mapsNothing(Lines l) {
    int call = l.find("sys_mmap(");
    int stored = l.find(1, call, ": ma_write: mas_store_prealloc");
    int released = l.find(1, stored, "-" + l.event(call).pid() + " ", "mmap_lock_released", "write=true");
    l.insert(released, l.event(released).line(l.event(stored).text().replaceFirst("val \\w+", "val 0000000000000000")));
    l.expectAt(l.find(1, released, "-" + l.event(call).pid() + " ", "sys_mmap -> "));
  }

  private static void downgradesTwice(Lines l) {
    int acquired = acquired(l);
    int downgraded = l.findOfTask(acquired, "mmap_lock_acquire_returned", "write=false", "success=true");
    if (downgraded > l.findOfTask(acquired, "mmap_lock_released")) {
      throw new IllegalStateException("a munmap that does not downgrade");
    }
    l.insert(downgraded + 1, l.lines().get(downgraded));
    l.expectAt(downgraded + 1);
  }

  /** Takes entry and return of the write lock of a VMA out, which lie before a line. */
  private static void unlock(Lines l, int before, String vma) {
    l.remove(locks(l, before, ": __vma_start_write_ret: ", vma));
    int entered = locks(l, before, ": __vma_start_write: ", vma);
    l.leaveUnlocked(entered);
  }

  private static int locks(Lines l, int before, String event, String vma) {
    int at = before;
    do {
      at = l.findBefore(at, event);
    } while (!l.event(at).value("vma").equals(vma));
    return at;
  }

  private static void mergesUnlocked(Lines l) {
    int first = l.find(": vma_prepare: ", "insert=0x0", "remove=0xff");
    int prepared = l.find(MERGE, first, ": vma_prepare: ", "insert=0x0", "remove=0xff");
    while (isNew(l, prepared)) {
      prepared = l.find(2, prepared, ": vma_prepare: ", "insert=0x0", "remove=0xff");
    }
    String store = l.event(prepared).pid() + " ";
    unlock(l, prepared, l.event(prepared).value("vma"));
    l.expectAt(l.find(1, prepared - 2, "-" + store, ": ma_write: "));
  }

  /** Whether the VMA that a merge makes larger was made in the same section, by a split. */
  private static boolean isNew(Lines l, int prepared) {
    return l.event(locks(l, prepared, ": __vma_start_write: ", l.event(prepared).value("vma"))).value("refcnt").equals("0x0");
  }

  private static void splitsUnlocked(Lines l) {
    int prepared = l.findOfTask(l.find("sys_mprotect("), ": vma_prepare: ", "insert=0xff");
    unlock(l, prepared, l.event(prepared).value("vma"));
    l.expectAt(l.find(1, prepared - 2, "-" + l.event(prepared - 2).pid() + " ", ": ma_write: "));
  }

  private static void clearsUnlocked(Lines l) {
    int cleared = l.find(": ma_write: mas_wr_node_store", "range:233091072-139710352191487", "val 0000000000000000");
    unlock(l, cleared, l.event(l.findBefore(cleared, ": vms_gather_munmap_vmas: ")).value("vma"));
    l.expectAt(cleared - 2);
  }

  /** In place of its own, and nobody is given that address in between. */
  private static void storesFreed(Lines l) {
    l.find(": __vma_start_write: "); // without it another one may have been made there
    int store = l.find(": ma_write: ", "val ff");
    while (true) {
      String own = l.event(store).text().replaceFirst(".* val (\\w+).*", "$1");
      for (int freed = store - 1; freed > store - NEAR && freed > 0 && l.isEvent(freed); freed--) {
        if (l.lines().get(freed).contains(": vm_area_free: ") && isEarlierSection(l, freed, store)) {
          String vma = l.event(freed).value("vma").substring(2);
          if (l.lines().subList(freed + 1, Math.min(l.lines().size(), store + NEAR)).stream().noneMatch(line -> line.contains(vma))) {
            l.lines().set(store, l.lines().get(store).replace("val " + own, "val " + vma));
            l.expectAt(store);
            return;
          }
        }
      }
      store = l.find(1, store + 1, ": ma_write: ", "val ff");
    }
  }

  private static boolean isEarlierSection(Lines l, int from, int to) {
    String task = "-" + l.event(to).pid() + " ";
    return l.lines().subList(from, to).stream().anyMatch(line -> line.contains(task) && line.contains("mmap_lock_acquire_returned") && line.contains("write=true"));
  }

  private static void losesVma(Lines l) {
    int freed = l.findOfTask(l.find("sys_munmap("), ": vm_area_free: ");
    String task = "-" + l.event(freed).pid() + " ";
    l.remove(freed);
    l.expectAt(l.find(1, freed, task, "mmap_lock_released"));
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
