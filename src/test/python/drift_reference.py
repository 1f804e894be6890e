"""Writes src/test/resources/monitoring/reference.json: what SciPy computes for the statistics of drift on given bins.
Run from the project's root; needs numpy and scipy (1.17.1)."""
import json
from pathlib import Path

import numpy as np
from scipy import special, stats
from scipy.spatial.distance import jensenshannon

rng = np.random.default_rng(11)
tails = []
for degrees in (1, 2, 4, 19, 20, 50, 199):
    for lam in (0.0, 0.01, 1.0, 7.5, 40.0, 400.0, 2500.0):
        mean, deviation = degrees + lam, np.sqrt(2 * (degrees + 2 * lam))
        for at in (-3, -1, 0, 1, 3, 6, 12):
            x = mean + at * deviation
            if x <= 0:
                continue
            p = stats.chi2.sf(x, degrees) if lam == 0 else stats.ncx2.sf(x, degrees, lam)
            if p > 1e-12:
                tails.append([float(x), degrees, lam, float(p)])

samples = []
for m, n, cells in ((400, 150, 20), (5543, 500, 21), (2000, 50000, 11), (60, 7, 4), (1000, 1000, 2)):
    p = rng.dirichlet(np.ones(cells))
    q = 0.8 * p + 0.2 * rng.dirichlet(np.ones(cells))
    r, w = rng.multinomial(m, p), rng.multinomial(n, q)
    keep = r + w > 0
    r, w = r[keep], w[keep]
    a, b = (r + 0.5) / (r + 0.5).sum(), (w + 0.5) / (w + 0.5).sum()
    chi2 = stats.chi2_contingency(np.stack([r, w]), correction=False)
    edges = np.sort(rng.normal(0, 10, len(r) + 1))
    at = (edges[:-1] + edges[1:]) / 2
    samples.append({
        "reference": r.tolist(), "window": w.tolist(), "edges": edges.tolist(),
        "psi": float(special.rel_entr(a, b).sum() + special.rel_entr(b, a).sum()),
        "jensen_shannon": float(jensenshannon(r, w)),
        "chi_square": float(chi2.statistic), "chi_square_p": float(chi2.pvalue),
        "kolmogorov_smirnov": float(stats.ks_2samp(np.repeat(at, r), np.repeat(at, w), method="asymp").statistic),
        "wasserstein": float(stats.wasserstein_distance(at, at, r, w)),
    })

evidence = [[p, float((1 - p + p * np.log(p)) / (p * np.log(p) ** 2))] for p in (1e-12, 1e-4, 0.01, 0.3, 0.9, 0.99)]
target = Path("src/test/resources/monitoring/reference.json")
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps({"tails": tails, "samples": samples, "evidence": evidence}) + "\n")
