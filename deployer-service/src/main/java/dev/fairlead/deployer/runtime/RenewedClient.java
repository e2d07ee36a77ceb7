package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.transport.SSLConfig;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A client that is opened again when the certificates have changed, since one keeps those it was
 * opened with. The one before is not closed: what it was asked for goes on.
 */
final class RenewedClient implements InvocationHandler {

  private static final SSLConfig DEFAULT = SSLContext::getDefault;

  private final CurrentCertificates certificates;
  private final Function<SSLConfig, DockerClient> opening;
  private @Nullable SSLConfig used;
  private @Nullable DockerClient client;

  private RenewedClient(
      CurrentCertificates certificates, Function<SSLConfig, DockerClient> opening) {
    this.certificates = certificates;
    this.opening = opening;
  }

  static DockerClient of(
      CurrentCertificates certificates, Function<SSLConfig, DockerClient> opening) {
    return (DockerClient)
        Proxy.newProxyInstance(
            DockerClient.class.getClassLoader(),
            new Class<?>[] {DockerClient.class},
            new RenewedClient(certificates, opening));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(current(), arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /** While there are no certificates it trusts and sends what every Java program does. */
  private synchronized DockerClient current() {
    SSLConfig now = certificates.tls().orElse(DEFAULT);
    DockerClient known = client;
    if (known == null || now != used) { // two of one folder equal each other
      known = opening.apply(now);
      client = known;
      used = now;
    }
    return known;
  }
}
