/** One family of rules; only {@code WriterRules} is seen outside. */
@NullMarked
package io.vmatrace.checker.rule.writer;

import org.jspecify.annotations.NullMarked;
