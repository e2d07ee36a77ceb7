package dev.fairlead.deployer;

import dev.fairlead.deployer.router.ProxyCommand;
import dev.fairlead.deployer.router.nginx.NginxSettings;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An nginx of this host, below {@code fairlead.deployer.nginx}; any key of it makes the router
 * known.
 *
 * @param folder of the generated files
 * @param check the words of the command that checks the configuration
 * @param reload the words of the command that reloads it
 * @param status host and port of loopback where nginx says which configuration it runs
 * @param pid file with the number of nginx's master process
 * @param log where nginx writes a line about each request, for figures; {@code off}: no figures
 * @param keepConnections whether clients may keep their connections, at the price of a POST that is
 *     lost now and then when nginx is reloaded
 * @param traffic where clients reach it, for probes that have a path
 * @param patience how long an nginx that does not answer is tried again
 */
public record NginxConnection(
    @DefaultValue("/etc/nginx/fairlead") @NotNull Path folder,
    @DefaultValue({"nginx", "-t", "-q"}) @NotEmpty List<String> check,
    @DefaultValue({"nginx", "-s", "reload"}) @NotEmpty List<String> reload,
    @DefaultValue("127.0.0.1:7189")
        @Pattern(regexp = "[^ ;{}]+:[0-9]{1,5}", message = "is no host:port")
        String status,
    @DefaultValue("/run/nginx.pid") @NotNull Path pid,
    @DefaultValue("/var/log/nginx/fairlead.log") @NotBlank String log,
    @DefaultValue("false") boolean keepConnections,
    @Nullable URI traffic,
    @DefaultValue("30s") @NotNull Duration patience) {

  NginxSettings settings() {
    return new NginxSettings(
        folder,
        new ProxyCommand(check),
        new ProxyCommand(reload),
        status,
        pid,
        log.equals("off") ? Optional.empty() : Optional.of(Path.of(log)),
        keepConnections,
        patience);
  }
}
