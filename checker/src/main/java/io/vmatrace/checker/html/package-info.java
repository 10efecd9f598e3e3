/** The report as a page that a browser shows without anything else. */
@NullMarked
package io.vmatrace.checker.html;

import org.jspecify.annotations.NullMarked;
