package io.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that an editor has put a byte order mark into are read all the same.
class ByteOrderMarkTest {
  @TempDir Path folder;

  @Test
  void anExportedHistoryIsVerified() {
    ObjectNode entry = new ObjectMapper().createObjectNode().put("seq", 1).put("action", "promote");
    String genesis = "0".repeat(64);
    String hash = Digest.of((genesis + "\n" + entry).getBytes(StandardCharsets.UTF_8)).hex();
    AuditChain chain = new AuditChain(null);
    chain.next("\ufeff" + entry.put("previous_hash", genesis).put("hash", hash));
    assertThat(chain.hash()).isEqualTo(hash);
  }

  @Test
  void profilesAreFound() throws IOException {
    Path file = Files.createDirectories(folder.resolve("slipway")).resolve("profiles.properties");
    Files.writeString(file, "\ufeffteam.url=https://slipway.example.org/\n");
    Profile profile = Profile.of(null, "team", Map.of("XDG_CONFIG_HOME", folder.toString()));
    assertThat(profile.url()).hasToString("https://slipway.example.org");
  }
}
