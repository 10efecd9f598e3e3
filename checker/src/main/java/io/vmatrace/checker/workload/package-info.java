/** The operations of a capture's tasks, read from its steps: what the models run again. */
@NullMarked
package io.vmatrace.checker.workload;

import org.jspecify.annotations.NullMarked;
