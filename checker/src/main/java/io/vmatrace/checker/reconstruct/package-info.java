/** Events to steps: what a capture's events mean for mms, VMAs, tasks and locks. The only package that knows events and ops. */
@NullMarked
package io.vmatrace.checker.reconstruct;

import org.jspecify.annotations.NullMarked;
