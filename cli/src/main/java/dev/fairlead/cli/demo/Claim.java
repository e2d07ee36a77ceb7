package dev.fairlead.cli.demo;

/**
 * Something Fairlead promises, and whether this run saw it.
 *
 * @param observed whether it was seen to hold
 * @param evidence what was seen, with figures; why not, when it was not
 * @param millis how long it took to come true
 */
public record Claim(Promise promise, boolean observed, String evidence, long millis) {}
