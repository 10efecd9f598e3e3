/** The main loop: capture, reconstruction, rules, report. */
@NullMarked
package io.vmatrace.checker.check;

import org.jspecify.annotations.NullMarked;
