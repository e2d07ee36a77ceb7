package dev.fairlead.cli.stack;

import java.util.List;

/**
 * What {@code down} has ended.
 *
 * @param members those that ran
 * @param unknown what may run still, a sentence each; usually none
 */
public record Stopped(List<Member> members, List<String> unknown) {

  static final Stopped NOTHING = new Stopped(List.of(), List.of());
}
