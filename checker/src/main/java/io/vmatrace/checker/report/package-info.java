/** What a run found: plain records, and the pure functions that write them as text and JSON. */
package io.vmatrace.checker.report;
