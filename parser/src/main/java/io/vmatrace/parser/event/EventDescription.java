package io.vmatrace.parser.event;

import java.util.Map;

/**
 * An event in the capture's own words.
 *
 * @param comm name of the task, empty when the capture does not say
 * @param name the event's name without its group, as the capture has it
 * @param text the event for a person: its line, or what the kernel would have printed
 * @param values in a binary capture what of the text comes after the name; empty in a text
 * @param fields in a binary capture all its fields by name in the order of its format, each a {@code Long} or a {@code String};
 *     empty in a text
 */
public record EventDescription(String comm, String name, String text, String values, Map<String, Object> fields) {}
