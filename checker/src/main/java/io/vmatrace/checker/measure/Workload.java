package io.vmatrace.checker.measure;

import io.vmatrace.checker.measure.Operation.Call;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The operations of tasks, each task's in its order.
 *
 * @param tasks for each its operations; none is empty
 */
public record Workload(List<List<Operation>> tasks) {
  private static final int FEWEST_SHUFFLED = 1_000;

  /** How many operations there are. */
  public long size() {
    return tasks.stream().mapToLong(List::size).sum();
  }

  /** How many of them are page faults. */
  public long faults() {
    return all().filter(operation -> operation.call() == Call.FAULT).count();
  }

  /** On so many threads: several tasks one after the other on one, or one task on several. */
  public Workload onThreads(int threads) {
    int n = tasks.size();
    return new Workload(
        IntStream.range(0, threads)
            .mapToObj(i -> IntStream.range(0, n).filter(j -> j % threads == i % n).mapToObj(tasks::get).flatMap(List::stream).toList())
            .toList());
  }

  /** Only the faults in the mm that has most of them, in the order of the tasks, on one thread. */
  public Workload faultsOnly() {
    return new Workload(List.of(mostFaults()));
  }

  /**
   * The same on so many threads that each do all of them in their own order: threads with the same list would meet at the same random
   * places every time. A short list is shuffled several times over.
   */
  public Workload faultsOnly(int threads) {
    List<Operation> faults = mostFaults();
    List<Operation> repeated = Collections.nCopies(Math.ceilDiv(FEWEST_SHUFFLED, faults.size()), faults).stream().flatMap(List::stream).toList();
    return new Workload(IntStream.range(0, threads).mapToObj(thread -> shuffled(repeated, thread)).toList());
  }

  private List<Operation> mostFaults() {
    int mm = IntStream.range(0, mms()).boxed().max((a, b) -> Long.compare(faultsIn(a).count(), faultsIn(b).count())).orElse(0);
    return faultsIn(mm).toList();
  }

  private static List<Operation> shuffled(List<Operation> operations, long seed) {
    List<Operation> shuffled = new ArrayList<>(operations);
    Collections.shuffle(shuffled, new Random(seed));
    return List.copyOf(shuffled);
  }

  private Stream<Operation> faultsIn(int mm) {
    return all().filter(operation -> operation.call() == Call.FAULT && operation.mm() == mm);
  }

  /** One more than the highest number of an mm. */
  int mms() {
    return all().mapToInt(Operation::mm).max().orElse(-1) + 1;
  }

  private Stream<Operation> all() {
    return tasks.stream().flatMap(List::stream);
  }

  /** The pages of an mm that any operation uses, as separate ranges in order: they are mapped when the tasks begin. */
  List<Operation> mapped(int mm) {
    List<Operation> mapped = new ArrayList<>();
    for (Operation next : all().filter(of -> of.mm() == mm).sorted((a, b) -> Long.compare(a.address(), b.address())).toList()) {
      long from = next.address() & -Operation.PAGE;
      long end = Math.max(from + Operation.PAGE, next.last() + 1);
      Operation last = mapped.isEmpty() ? null : mapped.getLast();
      if (last != null && from <= last.last() + 1) {
        from = last.address();
        end = Math.max(end, last.last() + 1);
        mapped.removeLast();
      }
      mapped.add(new Operation(mm, Call.MMAP, from, end - from, Operation.READ_WRITE));
    }
    return mapped;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(tasks.size());
    for (List<Operation> task : tasks) {
      out.writeInt(task.size());
      for (Operation operation : task) {
        out.writeInt(operation.mm());
        out.writeByte(operation.call().ordinal());
        out.writeLong(operation.address());
        out.writeLong(operation.length());
        out.writeInt(operation.prot());
      }
    }
  }

  static Workload read(DataInputStream in) throws IOException {
    List<List<Operation>> tasks = new ArrayList<>();
    for (int task = in.readInt(); task > 0; task--) {
      List<Operation> operations = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        operations.add(new Operation(in.readInt(), Call.values()[in.readByte()], in.readLong(), in.readLong(), in.readInt()));
      }
      tasks.add(operations);
    }
    return new Workload(tasks);
  }
}
