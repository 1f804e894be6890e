package io.slipway.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.bundle.BundleArchive;
import io.slipway.bundle.InvalidBundle;
import io.slipway.signing.Contents;
import io.slipway.signing.SigningKey;
import io.slipway.signing.UnusableKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "sign",
    description =
        "Sign a bundle, as the last step before it is pushed: writes model.sig into the folder or"
            + " the .zip, in the format of OpenSSF Model Signing. Any other folder or file can be"
            + " signed too, into a separate file.",
    footer = {
      "",
      "Example: openssl ecparam -name prime256v1 -genkey -noout -out release.key",
      "         openssl ec -in release.key -pubout -out release.pem",
      "         slipway sign models-sample/customer/v2 --key release.key"
    })
final class SignVerb implements Callable<Integer> {
  @Mixin private final Local local = new Local();

  @Parameters(paramLabel = "PATH", description = "a bundle (folder or .zip), a folder, a file")
  private Path path = Path.of("");

  @Option(
      names = "--key",
      paramLabel = "FILE",
      required = true,
      description = "the private key (PEM, not encrypted; P-256, P-384 or P-521)")
  private Path key = Path.of("");

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "the key's certificate (PEM), followed by those of its authorities")
  private @Nullable Path certificate;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "where to write the signature instead")
  private @Nullable Path output;

  @Option(
      names = "--ignore",
      paramLabel = "NAME",
      description = "exclude this path; not for bundles, which are signed as a whole")
  private List<String> ignored = List.of();

  @Override
  public Integer call() {
    try (SignedPath signed = SignedPath.at(path, ignored)) {
      byte[] signature = SigningKey.of(key, certificate).sign(signed.contents(output));
      Path written = write(signed, signature);
      local.print(
          JsonNodeFactory.instance.objectNode().put("signature", written.toString()),
          out -> out.println(written));
      return 0;
    } catch (UnusableKey e) {
      throw new Failure.Misused(String.valueOf(e.getMessage()));
    } catch (InvalidBundle e) {
      throw LocalBundle.refused(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path write(SignedPath signed, byte[] signature) throws IOException {
    if (output != null) {
      return Files.write(output, signature);
    }
    Path folder = signed.bundle();
    if (folder == null) {
      return Files.write(signed.beside(), signature);
    }
    Path inside = Files.write(folder.resolve(Contents.IN_BUNDLE), signature);
    if (Files.isDirectory(path)) {
      return inside;
    }
    Path packed = Files.createTempFile(path.toAbsolutePath().getParent(), "signed", ".zip");
    BundleArchive.pack(folder, packed);
    return Files.move(packed, path, StandardCopyOption.REPLACE_EXISTING);
  }
}
