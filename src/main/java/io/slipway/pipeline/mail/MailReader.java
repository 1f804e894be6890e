package io.slipway.pipeline.mail;

public final class MailReader {
  public static Mail read(byte[] b, int x, int y) {
    throw new IllegalStateException();
  }
}
