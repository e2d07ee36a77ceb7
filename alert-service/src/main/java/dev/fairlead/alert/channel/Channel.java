package dev.fairlead.alert.channel;

/**
 * A way to tell people. An implementation does one attempt, within its timeout, and says how it
 * went.
 */
public interface Channel {

  ChannelKind kind();

  /** Where it goes, without secrets. */
  String destination();

  /** Never throws for what the other side does. */
  Outcome deliver(Delivery delivery);
}
