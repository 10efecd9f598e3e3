/** One family of rules; only {@code OperationRules} is seen outside. */
@NullMarked
package io.vmatrace.checker.rule.operation;

import org.jspecify.annotations.NullMarked;
