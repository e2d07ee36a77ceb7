package dev.fairlead.stack;

/** When a started process ends. */
public enum Lifetime {
  /** With the JVM that started it, however that ends: for tests. */
  OF_THIS_JVM,
  /** When it is told to: for a stack that outlives the command which started it. */
  ITS_OWN
}
