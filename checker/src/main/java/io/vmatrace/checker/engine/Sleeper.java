package io.vmatrace.checker.engine;

/** A task as locks know it: it sleeps until somebody wakes it. */
interface Sleeper {
  void wake();
}
