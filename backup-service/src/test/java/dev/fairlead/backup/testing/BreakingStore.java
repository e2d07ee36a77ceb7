package dev.fairlead.backup.testing;

import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Upload;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A real store, of which some objects cannot be read to their ends, as where a sector is bad. */
public final class BreakingStore extends DelegatingStore {

  private final Map<String, Long> readable = new ConcurrentHashMap<>();

  public BreakingStore(Store real) {
    super(real);
  }

  /** From now on, until it is replaced or {@link #mend mended}. */
  public void breakOff(String key, long afterBytes) {
    readable.put(key, afterBytes);
  }

  public void mend() {
    readable.clear();
  }

  @Override
  public Upload begin(String key, int partBytes) {
    Upload upload = super.begin(key, partBytes);
    return new Upload() {
      @Override
      public void part(byte[] part, int length) {
        upload.part(part, length);
      }

      @Override
      public void complete() {
        upload.complete();
        readable.remove(key);
      }

      @Override
      public void abort() {
        upload.abort();
      }
    };
  }

  @Override
  public void replace(String key, byte[] content) {
    super.replace(key, content);
    readable.remove(key);
  }

  @Override
  public Optional<InputStream> open(String key) {
    Long most = readable.get(key);
    return super.open(key).map(stored -> most == null ? stored : new Breaking(stored, most));
  }

  private static final class Breaking extends FilterInputStream {

    private long left;

    Breaking(InputStream stored, long left) {
      super(stored);
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        throw new IOException("Input/output error");
      }
      int count = super.read(target, offset, (int) Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }
  }
}
