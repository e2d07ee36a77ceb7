package dev.fairlead.deployer.runtime;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that lives as long as a test. */
public final class Authority {

  private static final AtomicLong SERIAL = new AtomicLong(1);

  private final X500Name name;
  private final KeyPair keys = newKeys();
  private final X509Certificate certificate;

  public Authority(String name) {
    this.name = new X500Name("CN=" + name);
    this.certificate =
        signed(this.name, keys, Instant.now().plus(Duration.ofDays(1)), true, "127.0.0.1");
  }

  /**
   * A folder with {@code ca.pem}, {@code cert.pem} and {@code key.pem} of somebody.
   *
   * @param trusted whose certificates the holder believes
   * @param address that the holder may be found at
   */
  public Path issue(Path folder, Authority trusted, String address, Duration lifetime)
      throws IOException {
    KeyPair own = newKeys();
    Files.createDirectories(folder);
    write(folder.resolve("ca.pem"), "CERTIFICATE", encoded(trusted.certificate));
    write(
        folder.resolve("cert.pem"),
        "CERTIFICATE",
        encoded(
            signed(
                new X500Name("CN=somebody"), own, Instant.now().plus(lifetime), false, address)));
    write(folder.resolve("key.pem"), "PRIVATE KEY", encoded(own.getPrivate()));
    return folder;
  }

  private X509Certificate signed(
      X500Name subject, KeyPair owner, Instant end, boolean authority, String address) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(SERIAL.getAndIncrement()),
              Date.from(end.minus(Duration.ofDays(30))),
              Date.from(end),
              subject,
              owner.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.iPAddress, address)));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] encoded(PrivateKey key) {
    return key.getEncoded();
  }

  private static void write(Path file, String kind, byte[] content) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(
                kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content), kind));
  }
}
