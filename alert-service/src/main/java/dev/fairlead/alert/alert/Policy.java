package dev.fairlead.alert.alert;

import dev.fairlead.alert.channel.ChannelKind;
import dev.fairlead.alert.route.Inhibition;
import dev.fairlead.alert.route.Routes;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The configuration as far as decisions depend on it.
 *
 * @param receivers channel names by receiver
 * @param channels kinds by channel name
 * @param remindEvery zero for never
 */
public record Policy(
    Routes routes,
    List<Inhibition> inhibitions,
    Map<String, List<String>> receivers,
    Map<String, ChannelKind> channels,
    Duration remindEvery,
    Duration ignoreOlderThan) {

  public Policy {
    inhibitions = List.copyOf(inhibitions);
    receivers = Map.copyOf(receivers);
    channels = Map.copyOf(channels);
  }
}
