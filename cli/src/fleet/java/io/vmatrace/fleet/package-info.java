/** Many captures at once, as a job of Apache Spark; see docs/FLEET.md. It is no part of the command line. */
@NullMarked
package io.vmatrace.fleet;

import org.jspecify.annotations.NullMarked;
