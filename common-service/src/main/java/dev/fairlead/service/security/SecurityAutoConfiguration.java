package dev.fairlead.service.security;

import dev.fairlead.service.problem.ProblemWriter;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;

/**
 * Every request needs a valid token, but for the health of the service. A service may put a chain
 * of its own in front of this one, for paths of its own.
 */
@AutoConfiguration(
    beforeName = {
      "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration"
    })
@ConditionalOnWebApplication
@EnableMethodSecurity
@EnableConfigurationProperties(SecuritySettings.class)
class SecurityAutoConfiguration {

  @Bean
  Tokens tokens(SecuritySettings settings, Clock clock) {
    return new Tokens(settings.tokensFile(), clock);
  }

  @Bean
  static TrustedProxies trustedProxies(SecuritySettings settings) {
    return new TrustedProxies(settings.trustedProxies());
  }

  @Bean
  @Order(100)
  SecurityFilterChain tokenSecurity(HttpSecurity http, Tokens tokens, ProblemWriter problems)
      throws Exception {
    return http.authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers(
                        HttpMethod.GET,
                        "/actuator/health",
                        "/actuator/health/liveness",
                        "/actuator/health/readiness")
                    .permitAll()
                    .anyRequest()
                    .hasRole(Role.VIEWER.name()))
        .addFilterBefore(new TokenFilter(tokens), AnonymousAuthenticationFilter.class)
        .exceptionHandling(
            failures ->
                failures
                    .authenticationEntryPoint(unauthorized(problems))
                    .accessDeniedHandler(forbidden(problems)))
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        // Nothing a browser sends by itself identifies a caller here, so there is nothing to forge.
        .csrf(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .headers(SecurityAutoConfiguration::strict)
        .build();
  }

  /** The answers are data: no browser should run, frame or guess anything of them. */
  private static void strict(HeadersConfigurer<HttpSecurity> headers) {
    headers
        .contentSecurityPolicy(
            policy -> policy.policyDirectives("default-src 'none'; frame-ancestors 'none'"))
        .referrerPolicy(
            policy ->
                policy.policy(
                    org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter
                        .ReferrerPolicy.NO_REFERRER));
  }

  private static AuthenticationEntryPoint unauthorized(ProblemWriter problems) {
    return (request, response, failure) -> {
      response.setHeader("WWW-Authenticate", "Bearer realm=\"fairlead\"");
      problems.write(
          request,
          response,
          HttpStatus.UNAUTHORIZED,
          "unauthorized",
          "this needs a valid API token",
          "send Authorization: Bearer <token>; an administrator adds tokens to the tokens file");
    };
  }

  private static AccessDeniedHandler forbidden(ProblemWriter problems) {
    return (request, response, failure) ->
        problems.write(
            request,
            response,
            HttpStatus.FORBIDDEN,
            "forbidden",
            "the token's roles do not allow this",
            "ask an administrator for the role, or somebody who has it");
  }
}
