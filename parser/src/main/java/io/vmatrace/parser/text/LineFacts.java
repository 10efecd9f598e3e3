package io.vmatrace.parser.text;

/**
 * What a line says before its event's values.
 *
 * @param time nanoseconds, or ticks when {@code inSeconds} is false
 */
public record LineFacts(int pid, String comm, int cpu, long time, boolean inSeconds, String event) {}
