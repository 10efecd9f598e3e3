package io.vmatrace.cli.record;

import java.nio.file.Path;
import java.util.List;

/**
 * What a user wants to have recorded.
 *
 * @param file the capture
 * @param command what is run and recorded; empty for none
 * @param pid the process that is recorded, with its threads and children; 0 for none
 * @param all whether all tasks are
 * @param milliseconds after which it ends; 0 for no such end
 * @param level how much is to be shown, where the kernel can
 * @param kib of each CPU's buffer; 0 for what the memory allows
 */
public record RecordOptions(Path file, List<String> command, long pid, boolean all, long milliseconds, RecordLevel level, int kib) {}
