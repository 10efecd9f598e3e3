package io.vmatrace.parser.stat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How much of an input was understood, in lines of text or records of a binary capture. Every byte is in exactly one of header, decoded, ignored, unknown and damaged. One object
 * counts one chunk; {@link #add} brings chunks together in order.
 */
public final class ImportStats {
  /** Unknown names that are counted separately; the rest is counted under {@link #OTHER_NAMES}. */
  public static final int MOST_NAMES = 1_000;

  public static final String OTHER_NAMES = "(other names)";

  private static final ImportStat[] STATS = ImportStat.values();

  /** What was wrong, how often, and where first: a line number, or in a binary capture an offset in bytes. */
  public record Problem(ImportStat stat, long count, long firstPlace, String example) {}

  private long lines;
  private long headerBytes;
  private long decodedBytes;
  private long ignoredBytes;
  private long unknownBytes;
  private long damagedBytes;
  private long decoded;
  private long ignored;
  private long unknown;
  private long damaged;
  private long lost;
  private long uncountedLosses;
  private boolean hashedPointers;
  private boolean rawPointers;
  private boolean memcgPath;
  private boolean seconds;
  private boolean ticks;
  private final long[] problems = new long[STATS.length];
  private final long[] firstPlaces = new long[STATS.length];
  private final @Nullable String[] examples = new String[STATS.length];
  private final Map<String, long[]> unknownNames = new HashMap<>();

  /** Forgets everything. */
  public void clear() {
    lines = headerBytes = decodedBytes = ignoredBytes = unknownBytes = damagedBytes = 0;
    decoded = ignored = unknown = damaged = lost = uncountedLosses = 0;
    hashedPointers = rawPointers = memcgPath = seconds = ticks = false;
    Arrays.fill(problems, 0);
    Arrays.fill(firstPlaces, 0);
    Arrays.fill(examples, null);
    unknownNames.clear();
  }

  /** Adds a chunk's counts; its line numbers begin at 0 and become those of the input. */
  public void add(ImportStats chunk) {
    for (int i = 0; i < STATS.length; i++) {
      if (problems[i] == 0 && chunk.problems[i] > 0) {
        firstPlaces[i] = chunk.firstPlaces[i] + lines;
        examples[i] = chunk.examples[i];
      }
      problems[i] += chunk.problems[i];
    }
    lines += chunk.lines;
    headerBytes += chunk.headerBytes;
    decodedBytes += chunk.decodedBytes;
    ignoredBytes += chunk.ignoredBytes;
    unknownBytes += chunk.unknownBytes;
    damagedBytes += chunk.damagedBytes;
    decoded += chunk.decoded;
    ignored += chunk.ignored;
    unknown += chunk.unknown;
    damaged += chunk.damaged;
    lost += chunk.lost;
    uncountedLosses += chunk.uncountedLosses;
    hashedPointers |= chunk.hashedPointers;
    rawPointers |= chunk.rawPointers;
    memcgPath |= chunk.memcgPath;
    seconds |= chunk.seconds;
    ticks |= chunk.ticks;
    chunk.unknownNames.forEach((name, count) -> named(name, count[0]));
  }

  /** A line of the header, a blank line or a marker. */
  public void header(int bytes) {
    lines++;
    headerBytes += bytes;
  }

  /** Bytes of a binary capture that hold no event: headers, formats, padding, and what frames the events. */
  public void frame(long bytes) {
    headerBytes += bytes;
  }

  /** A record of a binary capture that became an event; no line. */
  public void decodedRecord(int bytes) {
    decodedBytes += bytes;
    decoded++;
  }

  /** Events that were counted as decoded and turned out to say nothing; their bytes stay counted as read. */
  public void saidNothing(long events) {
    decoded -= events;
    ignored += events;
  }

  /** A record of a known kind that is not used. */
  public void ignoredRecord(int bytes) {
    ignoredBytes += bytes;
    ignored++;
  }

  /** A record of a name that this project does not read. */
  public void unknownRecord(long bytes) {
    unknownBytes += bytes;
    unknown++;
  }

  /** Bytes of a binary capture that cannot be read. */
  public void damagedBytes(long bytes) {
    damagedBytes += bytes;
    damaged++;
  }

  public void decoded(int bytes) {
    lines++;
    decodedBytes += bytes;
    decoded++;
  }

  public void ignored(int bytes) {
    lines++;
    ignoredBytes += bytes;
    ignored++;
  }

  /** A line that belongs to the event before it, such as one of its stack. */
  public void attached(int bytes) {
    lines++;
    ignoredBytes += bytes;
  }

  public void unknown(int bytes) {
    lines++;
    unknownBytes += bytes;
    unknown++;
  }

  public void damaged(long bytes) {
    lines++;
    damagedBytes += bytes;
    damaged++;
  }

  /**
   * Scales the counts of bytes to the size that the bytes had before they were decompressed. The rounding remainder is counted with the
   * headers.
   */
  public void fold(long compressed) {
    long decompressed = bytes();
    decodedBytes = share(decodedBytes, compressed, decompressed);
    ignoredBytes = share(ignoredBytes, compressed, decompressed);
    unknownBytes = share(unknownBytes, compressed, decompressed);
    damagedBytes = share(damagedBytes, compressed, decompressed);
    headerBytes = compressed - decodedBytes - ignoredBytes - unknownBytes - damagedBytes;
  }

  private static long share(long part, long compressed, long decompressed) {
    return decompressed == 0 ? 0 : BigInteger.valueOf(part).multiply(BigInteger.valueOf(compressed)).divide(BigInteger.valueOf(decompressed)).longValueExact();
  }

  /** Counts events of an unknown name. */
  public void named(String name, long count) {
    long[] counted = unknownNames.get(name);
    if (counted == null) {
      counted = unknownNames.computeIfAbsent(unknownNames.size() < MOST_NAMES ? name : OTHER_NAMES, _ -> new long[1]);
    }
    counted[0] += count;
  }

  /** Notes a problem of the line in hand: before it is counted, so that its number is that of the lines before it. */
  public void problem(ImportStat stat, String example) {
    int i = stat.ordinal();
    if (problems[i]++ == 0) {
      firstPlaces[i] = lines + 1;
      examples[i] = example;
    }
  }

  /** Notes a problem of a binary capture at an offset in bytes. Such captures count no lines, so {@link #add} keeps it as it is. */
  public void problemAt(long offset, ImportStat stat, String example) {
    int i = stat.ordinal();
    if (problems[i]++ == 0) {
      firstPlaces[i] = offset;
      examples[i] = example;
    }
  }

  /** Whether a problem of this kind has not been seen here yet, so that an example is wanted. */
  public boolean isFirst(ImportStat stat) {
    return problems[stat.ordinal()] == 0;
  }

  public void lost(long events) {
    lost += events;
  }

  /** Events are gone, and nothing says how many: one at least. */
  public void lostSome() {
    lost++;
    uncountedLosses++;
  }

  /** Notes a pointer of a tracepoint: hashed ones have 32 significant bits (lib/vsprintf.c ptr_to_hashval()). */
  public void pointer(long value) {
    if (value >>> 32 != 0) {
      rawPointers = true;
    } else if (value != 0) {
      hashedPointers = true;
    }
  }

  /** The events of the mmap_lock name the path of their memory cgroup, as they do to 6.12, and not its number. */
  public void memcgPath() {
    memcgPath = true;
  }

  public void time(boolean inSeconds) {
    if (inSeconds) {
      seconds = true;
    } else {
      ticks = true;
    }
  }

  public long bytes() {
    return headerBytes + decodedBytes + ignoredBytes + unknownBytes + damagedBytes;
  }

  public long lines() {
    return lines;
  }

  public long headerBytes() {
    return headerBytes;
  }

  public long decodedBytes() {
    return decodedBytes;
  }

  public long ignoredBytes() {
    return ignoredBytes;
  }

  public long unknownBytes() {
    return unknownBytes;
  }

  public long damagedBytes() {
    return damagedBytes;
  }

  /** Events of kinds that the reconstruction uses. */
  public long decoded() {
    return decoded;
  }

  /** Events of known kinds that are not used. */
  public long ignored() {
    return ignored;
  }

  /** Events of other names. */
  public long unknown() {
    return unknown;
  }

  /** Lines that could not be read. */
  public long damaged() {
    return damaged;
  }

  /** Events that the input reports as lost; a marker without a number counts as one. */
  public long lost() {
    return lost;
  }

  /** Losses of which nothing says how many events they took. */
  public long uncountedLosses() {
    return uncountedLosses;
  }

  public boolean hasHashedPointers() {
    return hashedPointers;
  }

  public boolean hasRawPointers() {
    return rawPointers;
  }

  /** Whether events of the mmap_lock name the path of their memory cgroup: then the kernel is none after 6.12. */
  public boolean hasMemcgPath() {
    return memcgPath;
  }

  public boolean hasSeconds() {
    return seconds;
  }

  public boolean hasTicks() {
    return ticks;
  }

  /** Unknown events by name, in the order of the names. */
  public Map<String, Long> unknownNames() {
    Map<String, Long> names = new TreeMap<>();
    unknownNames.forEach((name, count) -> names.put(name, count[0]));
    return new LinkedHashMap<>(names); // a stream of a TreeMap's entries makes a class at run time, which no AOT cache holds
  }

  /** What was wrong, in the order of {@link ImportStat}. */
  public List<Problem> problems() {
    List<Problem> list = new ArrayList<>();
    for (int i = 0; i < STATS.length; i++) {
      String example = examples[i];
      if (problems[i] > 0 && example != null) {
        list.add(new Problem(STATS[i], problems[i], firstPlaces[i], example));
      }
    }
    return list;
  }
}
