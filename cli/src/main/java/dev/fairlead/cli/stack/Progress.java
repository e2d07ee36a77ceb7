package dev.fairlead.cli.stack;

/** Who is told while the stack starts or stops. Called from several threads. */
@FunctionalInterface
public interface Progress {

  /** One finished step, as a sentence of a few words. */
  void say(String text);
}
