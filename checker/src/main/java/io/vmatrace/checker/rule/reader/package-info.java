/** One family of rules; only {@code ReaderRules} is seen outside. */
@NullMarked
package io.vmatrace.checker.rule.reader;

import org.jspecify.annotations.NullMarked;
