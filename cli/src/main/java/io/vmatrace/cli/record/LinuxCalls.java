package io.vmatrace.cli.record;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * The system calls that Java has no method for, of one thread. Numbers are those of Linux on every architecture that has a JDK 25
 * (include/uapi/asm-generic/fcntl.h, errno-base.h; include/linux/splice.h).
 */
final class LinuxCalls implements AutoCloseable {
  /** Nothing is there now. */
  static final int EAGAIN = 11;

  /** Of a CPU that has not been online since the instance was made, which has no buffer: ring_buffer_alloc_read_page() in kernel/trace/ring_buffer.c. */
  static final int ENODEV = 19;

  /** The same for splice(2). */
  static final int EINVAL = 22;

  private static final int EINTR = 4;
  private static final int O_NONBLOCK = 04000;
  private static final int O_CLOEXEC = 02000000;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int SPLICE_F_MOVE = 1;
  private static final int SPLICE_F_NONBLOCK = 2;
  private static final int PRIO_PROCESS = 0;
  private static final int HIGHEST_PRIORITY = -20;
  private static final int SIGINT = 2;
  private static final long SIG_DFL = 0;
  private static final long SIG_IGN = 1;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private static final MethodHandle OPEN = handle("open", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT), Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(INT, INT));
  private static final MethodHandle PIPE = handle("pipe2", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT));
  private static final MethodHandle FCNTL = handle("fcntl", FunctionDescriptor.of(INT, INT, INT, INT), Linker.Option.firstVariadicArg(2));
  private static final MethodHandle READ = handle("read", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG));
  private static final MethodHandle SPLICE =
      handle("splice", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, INT, ValueLayout.ADDRESS, LONG, INT));
  private static final MethodHandle SETPRIORITY = handle("setpriority", FunctionDescriptor.of(INT, INT, INT, INT));
  private static final MethodHandle SIGNAL = handle("signal", FunctionDescriptor.of(ValueLayout.ADDRESS, INT, ValueLayout.ADDRESS));

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state = arena.allocate(STATE);

  @SuppressWarnings("restricted") // what this class is for
  private static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    options[0] = Linker.Option.captureCallState("errno");
    System.arraycopy(more, 0, options, 1, more.length);
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
  }

  /** Memory that calls read into, as long as this is open. */
  MemorySegment allocate(long bytes) {
    return arena.allocate(bytes);
  }

  /** Why the last call failed. */
  int errno() {
    return (int) ERRNO.get(state, 0L);
  }

  /** Opens a file for reading; where nothing is to be read a read fails with {@link #EAGAIN}. No child has it. */
  int openToRead(Path file) throws IOException {
    try (Arena names = Arena.ofConfined()) {
      int fd = (int) OPEN.invokeExact(state, names.allocateFrom(file.toString()), O_NONBLOCK | O_CLOEXEC);
      return checked(fd, "open of " + file);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** A pipe with room for so many bytes, or for fewer where the system does not give as many: where to read, where to write. */
  int[] pipe(int bytes) throws IOException {
    try {
      MemorySegment ends = arena.allocate(INT, 2);
      int _ = checked((int) PIPE.invokeExact(state, ends, O_NONBLOCK | O_CLOEXEC), "pipe2");
      int _ = (int) FCNTL.invokeExact(state, ends.getAtIndex(INT, 1), F_SETPIPE_SZ, bytes);
      return new int[] {ends.getAtIndex(INT, 0), ends.getAtIndex(INT, 1)};
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Moves pages into a pipe; how many bytes, 0 at an end, or -1. */
  long splice(int from, int pipe, long bytes) throws IOException {
    try {
      long n;
      do {
        n = (long) SPLICE.invokeExact(state, from, MemorySegment.NULL, pipe, MemorySegment.NULL, bytes, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
      } while (n < 0 && errno() == EINTR);
      return n;
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Reads; how many bytes, 0 at an end, or -1. */
  long read(int fd, MemorySegment to, long bytes) throws IOException {
    try {
      long n;
      do {
        n = (long) READ.invokeExact(state, fd, to, bytes);
      } while (n < 0 && errno() == EINTR);
      return n;
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void close(int fd) {
    try {
      int _ = (int) CLOSE.invokeExact(state, fd);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets this thread, and no other, run before others: on a busy machine a ring buffer is full before its turn comes. */
  void hurry() {
    try {
      int _ = (int) SETPRIORITY.invokeExact(state, PRIO_PROCESS, 0, HIGHEST_PRIORITY); // who may not does without
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has SIGINT ignored, or do what it does by default. */
  void interrupts(boolean areIgnored) {
    try {
      MemorySegment _ = (MemorySegment) SIGNAL.invokeExact(state, SIGINT, MemorySegment.ofAddress(areIgnored ? SIG_IGN : SIG_DFL));
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private int checked(int result, String call) throws IOException {
    if (result < 0) {
      throw new IOException("%s fails with errno %d".formatted(call, errno()));
    }
    return result;
  }

  /** What a call through a method handle may throw, which declares everything. */
  private static IOException failure(Throwable e) {
    return e instanceof IOException io ? io : new IOException(e);
  }

  @Override
  public void close() {
    arena.close();
  }
}
