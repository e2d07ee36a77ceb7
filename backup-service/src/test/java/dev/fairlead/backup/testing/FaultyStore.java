package dev.fairlead.backup.testing;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Upload;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** A real store with one fault. What it stores, it stores in the real one. */
public final class FaultyStore extends DelegatingStore {

  /** What goes wrong. */
  public enum Fault {
    REFUSES_TO_BEGIN(BackupFailureReason.STORE_UNREACHABLE),
    REFUSES_THE_FIRST_PART(BackupFailureReason.STORE_UNREACHABLE),
    IS_FULL_AT_THE_SECOND_PART(BackupFailureReason.STORE_FULL),
    REFUSES_TO_COMPLETE(BackupFailureReason.STORE_UNREACHABLE),
    FLIPS_A_BIT(BackupFailureReason.CHECKSUM_MISMATCH),
    LOSES_THE_LAST_BYTES(BackupFailureReason.CHECKSUM_MISMATCH),
    DOUBLES_A_PART(BackupFailureReason.CHECKSUM_MISMATCH),
    SWAPS_TWO_PARTS(BackupFailureReason.CHECKSUM_MISMATCH),
    LOSES_THE_ARCHIVE(BackupFailureReason.CHECKSUM_MISMATCH),
    BREAKS_OFF_WHILE_READ_BACK(BackupFailureReason.STORE_UNREACHABLE),
    REFUSES_THE_MANIFEST(BackupFailureReason.STORE_UNREACHABLE),
    LOSES_THE_MANIFEST(BackupFailureReason.CHECKSUM_MISMATCH),
    GARBLES_THE_MANIFEST(BackupFailureReason.CHECKSUM_MISMATCH);

    private final BackupFailureReason reason;

    Fault(BackupFailureReason reason) {
      this.reason = reason;
    }

    /** As which it has to be told. */
    public BackupFailureReason reason() {
      return reason;
    }
  }

  private final Store real;
  private final Fault fault;
  private boolean manifestRefused;

  public FaultyStore(Store real, Fault fault) {
    super(real);
    this.real = real;
    this.fault = fault;
  }

  private boolean is(Fault asked) {
    return fault == asked;
  }

  private BackupFailure failure(BackupFailureReason reason) {
    return new BackupFailure(reason, "store %s %s".formatted(name(), fault), "repair the store");
  }

  @Override
  public Upload begin(String key, int partBytes) {
    if (is(Fault.REFUSES_TO_BEGIN)) {
      throw failure(BackupFailureReason.STORE_UNREACHABLE);
    }
    return new FaultyUpload(real.begin(key, partBytes));
  }

  private final class FaultyUpload implements Upload {

    private final Upload upload;
    private int parts;
    private byte[] held = {};

    FaultyUpload(Upload upload) {
      this.upload = upload;
    }

    @Override
    public void part(byte[] part, int length) {
      parts++;
      switch (fault) {
        case REFUSES_THE_FIRST_PART -> throw failure(BackupFailureReason.STORE_UNREACHABLE);
        case IS_FULL_AT_THE_SECOND_PART -> {
          if (parts == 2) {
            throw failure(BackupFailureReason.STORE_FULL);
          }
          upload.part(part, length);
        }
        case FLIPS_A_BIT -> {
          byte[] flipped = Arrays.copyOf(part, length);
          flipped[length / 2] ^= 1;
          upload.part(flipped, length);
        }
        case LOSES_THE_LAST_BYTES -> upload.part(part, Math.max(1, length - 16));
        case DOUBLES_A_PART -> {
          upload.part(part, length);
          upload.part(part, length);
        }
        case SWAPS_TWO_PARTS -> swap(part, length);
        default -> upload.part(part, length);
      }
    }

    private void swap(byte[] part, int length) {
      byte[] now = Arrays.copyOf(part, length);
      if (parts == 1) {
        held = now;
      } else {
        upload.part(now, now.length);
        upload.part(held, held.length);
      }
    }

    @Override
    public void complete() {
      if (is(Fault.REFUSES_TO_COMPLETE)) {
        throw failure(BackupFailureReason.STORE_UNREACHABLE);
      }
      upload.complete();
    }

    @Override
    public void abort() {
      upload.abort();
    }
  }

  @Override
  public boolean createOnce(String key, byte[] content) {
    if (is(Fault.REFUSES_THE_MANIFEST) && !manifestRefused) {
      manifestRefused = true;
      throw failure(BackupFailureReason.STORE_UNREACHABLE);
    }
    if (is(Fault.LOSES_THE_MANIFEST)) {
      return true;
    }
    return real.createOnce(
        key, is(Fault.GARBLES_THE_MANIFEST) ? Arrays.copyOf(content, 100) : content);
  }

  @Override
  public void replace(String key, byte[] content) {
    if (!is(Fault.LOSES_THE_MANIFEST)) {
      real.replace(key, is(Fault.GARBLES_THE_MANIFEST) ? Arrays.copyOf(content, 100) : content);
    }
  }

  @Override
  public Optional<InputStream> open(String key) {
    boolean archive = !key.endsWith("manifest.json");
    if (is(Fault.LOSES_THE_ARCHIVE) && archive) {
      return Optional.empty();
    }
    Optional<InputStream> stored = real.open(key);
    return is(Fault.BREAKS_OFF_WHILE_READ_BACK) && archive ? stored.map(Breaking::new) : stored;
  }

  private static final class Breaking extends FilterInputStream {

    Breaking(InputStream stored) {
      super(stored);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      throw new IOException("connection reset");
    }

    @Override
    public int read() throws IOException {
      return read(new byte[1], 0, 1);
    }
  }
}
