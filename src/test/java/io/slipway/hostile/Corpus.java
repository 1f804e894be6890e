package io.slipway.hostile;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// All cases, the same ones each time.
public final class Corpus {
  /// Stands in every text that is sent, and so must never stand in the log.
  public static final String MARK = "Zx81Secret";

  private Corpus() {}

  public static List<Case> all() {
    List<Case> cases =
        Stream.of(
                JsonCases.all(),
                HttpCases.all(),
                ArchiveCases.all(),
                ManifestCases.all(),
                OnnxCases.all(),
                RunCases.all(),
                ImageCases.all(),
                MailCases.all(),
                TextCases.all(),
                PeerCases.all(),
                GrpcCases.all())
            .flatMap(List::stream)
            .sorted(Comparator.comparing(Case::name))
            .toList();
    Set<String> names = new HashSet<>();
    for (Case each : cases) {
      if (!names.add(each.name())) {
        throw new IllegalStateException("two cases are called " + each.name());
      }
    }
    return cases;
  }
}
