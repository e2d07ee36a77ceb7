package dev.fairlead.service.log;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.fairlead.service.secret.Redaction;
import java.util.Map;
import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.core.env.Environment;

/**
 * {@code time=… level=INFO service=deployer logger=DeploymentRunner correlation=… deployment=…
 * step=…}: what the message says follows as key=value. Secrets are taken out of the finished text,
 * stack traces included.
 */
public final class KeyValueLogFormat implements StructuredLogFormatter<ILoggingEvent> {

  private final String service;
  private final ThrowableProxyConverter stackTraces = new ThrowableProxyConverter();

  public KeyValueLogFormat(Environment environment) {
    this.service = environment.getProperty("spring.application.name", "unnamed");
    stackTraces.start();
  }

  @Override
  public String format(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(200);
    line.append("time=").append(event.getInstant());
    line.append(" level=").append(event.getLevel());
    line.append(" service=").append(service);
    line.append(" logger=").append(simpleName(event.getLoggerName()));
    event.getMDCPropertyMap().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry ->
                line.append(' ')
                    .append(entry.getKey())
                    .append('=')
                    .append(onOneLine(entry.getValue())));
    line.append(' ').append(onOneLine(event.getFormattedMessage())).append('\n');
    if (event.getThrowableProxy() != null) {
      line.append(stackTraces.convert(event));
    }
    return Redaction.redact(line.toString());
  }

  private static String simpleName(String logger) {
    return logger.substring(logger.lastIndexOf('.') + 1);
  }

  /** What a stranger wrote must not look like a line of ours. */
  private static String onOneLine(String message) {
    return message.replace("\r", "\\r").replace("\n", "\\n");
  }
}
