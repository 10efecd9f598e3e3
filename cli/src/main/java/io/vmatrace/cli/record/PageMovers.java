package io.vmatrace.cli.record;

import io.vmatrace.parser.tracedat.PageFrames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Threads that move the pages of all CPUs into files while the kernel makes them. */
final class PageMovers {
  /** More threads than this would only take time from the program that is recorded. */
  private static final int MOST_THREADS = 16;

  /** How long a thread sleeps when its CPUs have no full page: what a CPU makes in this time is a small part of the smallest buffer. */
  private static final int NAP_MILLISECONDS = 5;

  /** What is taken and not yet written is not older than this. */
  private static final int FLUSH_NAPS = 200;

  private final TraceInstance instance;
  private final Path folder;
  private final int pageBytes;
  private final List<Thread> threads = new ArrayList<>();
  private final List<PageFrames> frames = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean stopped;
  private volatile @Nullable IOException failure;

  /** Nothing moves yet. */
  PageMovers(TraceInstance instance, Path folder, int pageBytes) {
    this.instance = instance;
    this.folder = folder;
    this.pageBytes = pageBytes;
  }

  /** Begins. */
  void start(List<Integer> cpus) {
    int count = Math.min(MOST_THREADS, cpus.size());
    for (int i = 0; i < count; i++) {
      int first = i;
      List<Integer> ours = cpus.stream().filter(cpu -> cpus.indexOf(cpu) % count == first).toList();
      Thread thread = new Thread(() -> run(ours), "pages " + ours);
      threads.add(thread);
      thread.start();
    }
  }

  /** What went wrong, or null. */
  @Nullable IOException failure() {
    return failure;
  }

  /** Moves what is left, when nothing is recorded any more; the pages of all CPUs. */
  List<PageFrames> finish() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return List.copyOf(frames);
  }

  private void run(List<Integer> cpus) {
    List<CpuStream> streams = new ArrayList<>();
    try (LinuxCalls calls = new LinuxCalls()) {
      calls.hurry();
      try {
        for (int cpu : cpus) {
          CpuStream stream = new CpuStream(calls, cpu, instance.pages(cpu), folder.resolve("cpu%d.raw.zst".formatted(cpu)), pageBytes);
          streams.add(stream);
          frames.add(stream.frames());
        }
        move(streams);
      } finally {
        for (CpuStream stream : streams) {
          stream.close();
        }
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void move(List<CpuStream> streams) throws IOException, InterruptedException {
    for (int naps = 1; !stopped && failure == null; naps++) {
      boolean any = false;
      for (CpuStream stream : streams) {
        any |= stream.move();
        if (naps % FLUSH_NAPS == 0) {
          stream.flush();
        }
      }
      if (!any) {
        Thread.sleep(NAP_MILLISECONDS);
      }
    }
    for (CpuStream stream : streams) {
      stream.finish();
    }
  }
}
