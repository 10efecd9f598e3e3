/** One family of rules; only {@code SeqRules} is seen outside. */
@NullMarked
package io.vmatrace.checker.rule.seq;

import org.jspecify.annotations.NullMarked;
