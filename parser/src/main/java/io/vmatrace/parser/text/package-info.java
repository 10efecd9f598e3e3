/** Lines of text: what every decoder of lines has, and the reader of named values. */
@NullMarked
package io.vmatrace.parser.text;

import org.jspecify.annotations.NullMarked;
