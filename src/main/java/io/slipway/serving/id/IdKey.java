package io.slipway.serving.id;

import io.slipway.registry.PredictionIdKey;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// A key of prediction ids, ready for use: AES on the single block of an id. Thread-safe: each
/// thread has its own cipher and buffers, so it needs no lock and allocates only the id.
///
/// A single block needs no mode of operation: no two blocks under one key are equal, as each has
/// its own moment, so equal ids cannot occur. Any changed bit decrypts to random bits, which the
/// check detects.
final class IdKey {
  private static final int BLOCK = 16;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final int number;
  private final long born;
  private final SecretKeySpec secret;
  private final ThreadLocal<Blocks> encrypting =
      ThreadLocal.withInitial(() -> new Blocks(Cipher.ENCRYPT_MODE));
  private final ThreadLocal<Blocks> decrypting =
      ThreadLocal.withInitial(() -> new Blocks(Cipher.DECRYPT_MODE));

  IdKey(PredictionIdKey key) {
    this.number = key.number();
    this.born = key.createdAt().toEpochMilli();
    this.secret = secret(key);
  }

  int number() {
    return number;
  }

  /// Whether it is the same key: a restored database may reuse a number for another key.
  boolean is(PredictionIdKey key) {
    return number == key.number()
        && born == key.createdAt().toEpochMilli()
        && secret.equals(secret(key));
  }

  private static SecretKeySpec secret(PredictionIdKey key) {
    return new SecretKeySpec(Base64.getDecoder().decode(key.secret()), "AES");
  }

  /// The time when the key was created, in milliseconds since 1970.
  long born() {
    return born;
  }

  /// The id with the content `high` and `low`.
  PredictionId encrypt(long high, long low) {
    Blocks blocks = encrypting.get();
    blocks.run(high, low);
    return new PredictionId(blocks.high(), blocks.low());
  }

  /// The content of `id`; null where it was not made with this key.
  @Nullable IdContent decrypt(PredictionId id) {
    Blocks blocks = decrypting.get();
    blocks.run(id.high(), id.low());
    return IdLayout.read(blocks.high(), blocks.low(), born);
  }

  /// The cipher of one thread with its input and output blocks.
  private final class Blocks {
    private final Cipher cipher;
    private final byte[] in = new byte[BLOCK];
    private final byte[] out = new byte[BLOCK];

    @SuppressWarnings("InsecureCryptoUsage") // It is one block that never comes twice: see above.
    Blocks(int mode) {
      try {
        cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(mode, secret);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has AES", e);
      }
    }

    void run(long high, long low) {
      LONGS.set(in, 0, high);
      LONGS.set(in, Long.BYTES, low);
      try {
        cipher.update(in, 0, BLOCK, out, 0);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("one block in, one block out", e);
      }
    }

    long high() {
      return (long) LONGS.get(out, 0);
    }

    long low() {
      return (long) LONGS.get(out, Long.BYTES);
    }
  }
}
