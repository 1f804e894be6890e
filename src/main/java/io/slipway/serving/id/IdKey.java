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

/// A key of prediction ids, ready to encrypt and decrypt: AES on the one block that an id is. Used
/// by all threads, each with a cipher and buffers of its own, so that nothing is locked and nothing
/// but the id allocated.
///
/// One block needs no mode: no two blocks under a key are equal, as each has a moment of its own,
/// so that equal ones can't show; and whoever changes a bit of one gets another at random, which
/// the check finds.
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

  /// Whether it is this very key: numbers come again where a database was made anew.
  boolean is(PredictionIdKey key) {
    return number == key.number()
        && born == key.createdAt().toEpochMilli()
        && secret.equals(secret(key));
  }

  private static SecretKeySpec secret(PredictionIdKey key) {
    return new SecretKeySpec(Base64.getDecoder().decode(key.secret()), "AES");
  }

  /// When it was made, in milliseconds since 1970.
  long born() {
    return born;
  }

  /// The id whose bits are `high` and `low`.
  PredictionId encrypt(long high, long low) {
    Blocks blocks = encrypting.get();
    blocks.run(high, low);
    return new PredictionId(blocks.high(), blocks.low());
  }

  /// What `id` says; null where it was not made with this key.
  @Nullable IdContent decrypt(PredictionId id) {
    Blocks blocks = decrypting.get();
    blocks.run(id.high(), id.low());
    return IdLayout.read(blocks.high(), blocks.low(), born);
  }

  /// One thread's cipher, the block that goes in and the one that comes out.
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
