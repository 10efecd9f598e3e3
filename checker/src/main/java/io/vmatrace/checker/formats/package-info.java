/** The formats that {@code vmatrace check} writes: for people, for programs, and those that CI systems read. */
@NullMarked
package io.vmatrace.checker.formats;

import org.jspecify.annotations.NullMarked;
