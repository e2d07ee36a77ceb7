package dev.fairlead.adr;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings {@code fairlead.adr.*}.
 *
 * @param repository the git repository; created when it is not there
 * @param folder within the repository, where the decisions are
 * @param mailDomain of the authors of commits: alice becomes {@code alice@} this
 */
@Validated
@ConfigurationProperties("fairlead.adr")
public record AdrSettings(
    @NotNull Path repository,
    @DefaultValue("decisions")
        @Pattern(
            regexp = "[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*",
            message = "expected a folder such as docs/decisions, without a slash at either end")
        String folder,
    @DefaultValue("fairlead.invalid") @Pattern(regexp = "[A-Za-z0-9.-]{1,200}")
        String mailDomain) {}
