/** What a rule is, and where its verdicts go. */
@NullMarked
package io.vmatrace.checker.rule;

import org.jspecify.annotations.NullMarked;
