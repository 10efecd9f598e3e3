package io.vmatrace.cli.record;

import java.util.List;

/**
 * What a recording came to.
 *
 * @param place the file; or the folder that is left, and why there is no file
 * @param isWhole whether it is the file
 * @param milliseconds how long it took
 * @param events in the capture
 * @param losses a line for each CPU that lost any, and for each of which somebody else took any
 * @param isRoomShort whether a larger buffer would have helped
 * @param status of the command, 0 where there was none, -1 if it did not end
 * @param kib of each CPU's buffer
 * @param lacking events that this kernel has not
 * @param level what was reached, and why no more
 */
public record Recorded(String place, boolean isWhole, long milliseconds, long events, List<String> losses, boolean isRoomShort, int status, int kib, List<String> lacking, String level) {}
