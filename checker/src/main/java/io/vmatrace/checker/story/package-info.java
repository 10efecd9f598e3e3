/** What tasks did about one VMA, address or task, step by step: histories, and the stories of findings. */
@NullMarked
package io.vmatrace.checker.story;

import org.jspecify.annotations.NullMarked;
