/** A capture's events: kinds, fields, and batches of them as columns. */
@NullMarked
package io.vmatrace.parser.event;

import org.jspecify.annotations.NullMarked;
