package dev.fairlead.deployer;

import dev.fairlead.deployer.router.ProxyCommand;
import dev.fairlead.deployer.router.haproxy.HaproxySettings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A HAProxy of this host, below {@code fairlead.deployer.haproxy}; any key of it makes the router
 * known.
 *
 * @param socket of the master process, or an admin socket
 * @param folder of the generated files
 * @param check the words of the command that checks the configuration; {@code {file}} is the
 *     generated part
 * @param reload the words of a command; empty: the master's own reload
 * @param slots HAProxy backends to prepare
 * @param traffic where clients reach it, for probes that have a path
 * @param patience how long a HAProxy that does not answer is tried again
 */
public record HaproxyConnection(
    @DefaultValue("/run/haproxy-master.sock") @NotNull Path socket,
    @DefaultValue("/etc/haproxy/fairlead") @NotNull Path folder,
    @DefaultValue({"haproxy", "-c", "-f", "/etc/haproxy/haproxy.cfg", "-f", "{file}"}) @NotEmpty
        List<String> check,
    @DefaultValue @NotNull List<String> reload,
    @DefaultValue("64") @Min(2) @Max(1000) int slots,
    @Nullable URI traffic,
    @DefaultValue("30s") @NotNull Duration patience) {

  HaproxySettings settings() {
    return new HaproxySettings(
        socket,
        folder,
        new ProxyCommand(check),
        reload.isEmpty() ? Optional.empty() : Optional.of(new ProxyCommand(reload)),
        slots,
        patience);
  }
}
