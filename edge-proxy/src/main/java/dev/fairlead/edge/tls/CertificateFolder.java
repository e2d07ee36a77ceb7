package dev.fairlead.edge.tls;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of PEM files, {@code NAME.crt} (the certificate and its chain) beside {@code NAME.key}.
 * A client gets the certificate that has the name it asks for (SNI); one that asks for another name
 * or none gets {@code default}, or else the first by name.
 */
public final class CertificateFolder {
  private static final String CERTIFICATE = ".crt";

  private final Path folder;

  public CertificateFolder(Path folder) {
    this.folder = folder;
  }

  /** Changes whenever a file of the folder does: sizes and times, not contents. */
  public String state() throws IOException {
    StringBuilder state = new StringBuilder();
    for (Path certificate : certificates()) {
      for (Path file : List.of(certificate, requireKey(certificate))) {
        state
            .append(file.getFileName())
            .append(' ')
            .append(Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file).toMillis())
            .append('\n');
      }
    }
    return state.toString();
  }

  /** All pairs, read now. */
  public PemKeyCertOptions read() throws IOException {
    PemKeyCertOptions pairs = new PemKeyCertOptions();
    for (Path certificate : certificates()) {
      pairs.addCertValue(Buffer.buffer(Files.readAllBytes(certificate)));
      pairs.addKeyValue(Buffer.buffer(Files.readAllBytes(requireKey(certificate))));
    }
    return pairs;
  }

  private List<Path> certificates() throws IOException {
    List<Path> found;
    try (Stream<Path> files = Files.list(folder)) {
      found =
          files
              .filter(file -> file.getFileName().toString().endsWith(CERTIFICATE))
              .sorted(Comparator.comparing(CertificateFolder::isNotDefault).thenComparing(p -> p))
              .toList();
    }
    if (found.isEmpty()) {
      throw new NoSuchFileException(
          folder
              + " holds no certificate: put NAME.crt and NAME.key in PEM there, or unset"
              + " FAIRLEAD_EDGE_CERTIFICATES");
    }
    return found;
  }

  private static Path requireKey(Path certificate) throws IOException {
    Path key = keyOf(certificate);
    if (!Files.isReadable(key)) {
      throw new NoSuchFileException(
          key + " must hold the key of " + certificate.getFileName() + " and be readable");
    }
    return key;
  }

  private static boolean isNotDefault(Path certificate) {
    return !certificate.getFileName().toString().equals("default" + CERTIFICATE);
  }

  private static Path keyOf(Path certificate) {
    String name = certificate.getFileName().toString();
    return certificate.resolveSibling(
        name.substring(0, name.length() - CERTIFICATE.length()) + ".key");
  }
}
