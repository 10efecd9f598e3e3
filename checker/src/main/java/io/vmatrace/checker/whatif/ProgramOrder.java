package io.vmatrace.checker.whatif;

import io.vmatrace.checker.workload.CapturedOperation;
import io.vmatrace.checker.workload.CapturedOperation.Call;
import io.vmatrace.checker.workload.CapturedWorkload;
import io.vmatrace.checker.workload.VmaChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an operation comes after in every run of the captured program, as the capture shows it: a fork, before what its child does; a mapping, before faults in
 * it; faults, before their range is unmapped; and all that an mm's tasks do, before its exit. No lock keeps this order, but the program does.
 */
final class ProgramOrder {
  /** An operation of a task. */
  record Place(int task, int operation) {}

  /** Pages that were mapped by one operation, up to a last one. */
  private record Mapped(long last, Place by) {}

  /** What has come so far in an mm. */
  private static final class OfMm {
    private final TreeMap<Long, Mapped> mapped = new TreeMap<>();
    private final TreeMap<Long, Map<Integer, Place>> faults = new TreeMap<>();
    private final Map<Integer, Place> lastOfTasks = new HashMap<>();

    void map(long first, long last, Place by) {
      Map.Entry<Long, Mapped> before = mapped.lowerEntry(first);
      Map.Entry<Long, Mapped> within = mapped.floorEntry(last);
      if (within != null && within.getValue().last > last) {
        mapped.put(last + 1, within.getValue());
      }
      if (before != null && before.getValue().last >= first) {
        mapped.put(before.getKey(), new Mapped(first - 1, before.getValue().by));
      }
      mapped.subMap(first, true, last, true).clear();
      mapped.put(first, new Mapped(last, by));
    }
  }

  private final CapturedWorkload workload;
  private final Map<Place, List<Place>> earlier = new HashMap<>();

  ProgramOrder(CapturedWorkload workload) {
    this.workload = workload;
    List<Place> places = new ArrayList<>();
    for (int task = 0; task < workload.tasks().size(); task++) {
      for (int operation = 0; operation < workload.tasks().get(task).size(); operation++) {
        places.add(new Place(task, operation));
      }
    }
    places.sort(Comparator.comparingLong(place -> of(place).begin()));
    Map<Integer, OfMm> mms = new HashMap<>();
    Map<Integer, Place> forks = new HashMap<>();
    for (Place place : places) {
      CapturedOperation operation = of(place);
      after(place, forks.get(operation.mm()));
      add(place, operation, mms.computeIfAbsent(operation.mm(), _ -> new OfMm()));
      if (operation.call() == Call.FORK) {
        forks.put(operation.child(), place);
      }
    }
  }

  private void add(Place place, CapturedOperation operation, OfMm mm) {
    switch (operation.call()) {
      case FAULT, LOOK_UP -> {
        Map.Entry<Long, Mapped> mapped = mm.mapped.floorEntry(operation.page());
        after(place, mapped == null || mapped.getValue().last < operation.page() ? null : mapped.getValue().by);
        mm.faults.computeIfAbsent(operation.page(), _ -> new HashMap<>()).put(place.task, place);
      }
      case EXIT -> mm.lastOfTasks.values().forEach(last -> after(place, last));
      default -> {
        VmaChange before = null;
        for (VmaChange change : operation.changes()) {
          if (before == null || before.kind() != VmaChange.Kind.REPLACE) { // else something is mapped there all the time
            add(place, change, mm);
          }
          before = change;
        }
      }
    }
    mm.lastOfTasks.put(place.task, place);
  }

  private CapturedOperation of(Place place) {
    return workload.tasks().get(place.task).get(place.operation);
  }

  private void add(Place place, VmaChange change, OfMm mm) {
    switch (change.kind()) {
      case UNMAP -> {
        Map<Long, Map<Integer, Place>> faults = mm.faults.subMap(change.first(), true, change.last(), true);
        faults.values().forEach(ofPage -> ofPage.values().forEach(fault -> after(place, fault)));
        faults.clear();
      }
      case MAP, EXTEND -> mm.map(change.first(), change.last(), place);
      default -> {}
    }
  }

  private void after(Place place, @Nullable Place other) {
    if (other == null || other.task == place.task) {
      return;
    }
    if (of(other).marks().getLast().time() <= of(place).begin()) { // else nothing keeps them apart
      earlier.computeIfAbsent(place, _ -> new ArrayList<>()).add(other);
    }
  }

  /** What an operation comes after, of other tasks. */
  List<Place> before(int task, int operation) {
    return earlier.getOrDefault(new Place(task, operation), List.of());
  }
}
