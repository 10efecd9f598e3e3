package io.vmatrace.checker.steps;

import org.jspecify.annotations.Nullable;

/**
 * One line of a task's program, with the registers and places that it names.
 *
 * @param action what it does
 * @param text the line as it stands in the table, for a person
 * @param program the kernel's function that it belongs to
 * @param to the register where a value goes, or null
 * @param object the register that says of which mm or VMA, or null where {@code fixed} does or none is meant
 * @param fixed the number of the mm that is meant, or -1
 * @param field the field of that object, or null
 * @param page the register that has the page which is meant
 * @param operand a register whose value is taken, or null where {@code value} is meant
 * @param value a number
 * @param comparison how two values are compared: ==, != or <=; else empty
 * @param target where it goes on if it does not go on below, -1 for nowhere
 */
public record Instruction(
    Action action,
    String text,
    String program,
    @Nullable StateField to,
    @Nullable StateField object,
    int fixed,
    @Nullable StateField field,
    StateField page,
    @Nullable StateField operand,
    int value,
    String comparison,
    int target) {
  /** The same line, going on elsewhere. */
  public Instruction goingTo(int place) {
    return new Instruction(action, text, program, to, object, fixed, field, page, operand, value, comparison, place);
  }
}
