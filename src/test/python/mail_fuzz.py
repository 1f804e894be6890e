"""Mails that are mutated at random, and what the packager reads in them: the server must read the same.

    python3 mail_fuzz.py SEED COUNT FILE...   a line of JSON a mail, on standard output

FILEs are mails, or JSON lines with a mail in `raw` (Latin-1) or `raw_b64`. Standard library only.
"""

import base64
import importlib.util
import json
import random
import sys
from pathlib import Path

PACKAGER = Path(__file__).resolve().parents[3] / "clients" / "python" / "slipway" / "pack" / "text.py"
MOST_BYTES = 20_000

CHARSETS = [
    "us-ascii", "utf-8", "UTF8", "utf_8", "iso-8859-1", "ISO_8859-1", "latin1", "latin-1", "iso-8859-2", "iso-8859-7",
    "iso-8859-10", "iso-8859-15", "windows-1250", "windows-1251", "windows-1252", "Windows 1252", "cp1252", "1252",
    "koi8-r", "koi8-u", "macintosh", "ibm850", "cp437", "gb2312", "GBK", "gb18030", "big5", "euc-kr", "ks_c_5601-1987",
    "cp949", "euc-jp", "shift_jis", "iso-2022-jp", "utf-7", "utf-16", "utf-16le", "utf-32", "cp932", "windows-31j",
    "iso-2022-kr", "hz-gb-2312", "x-windows-949", "x-user-defined", "unknown-8bit", "default", "bogus-8", "", "8bit",
    "unicode", "rot13", "hex", "idna", "unicode_escape", "utf-8-sig", "iso-8859-8-i", "ascii", "ansi_x3.4-1968",
    "us-ascii''x", "utf-8 ", "\"utf-8\"", "caf\xe9", "cp_is", "x-mac-japanese", "u8", "cesu-8", "IBM-Thai",
]  # fmt: skip
TEXTS = ["gr\xfc\xdfe", "caf\xe9 \u20ac 5", "\u041f\u0440\u0438\u0432\u0435\u0442", "\u65e5\u672c\u8a9e", "\u4e2d\u6587\u7f51",
         "\ud55c\uad6d\uc5b4", "plain text", "a  b\tc", "", "(x)", "tail\\ ", "\u0395\u03bb", "100 % = 1_0 ?", "x\u2028y\x85z"]  # fmt: skip
HEADERS = ["Subject", "From", "SUBJECT", "from", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
           "X-Other", "MIME-Version", "Received"]  # fmt: skip
LINES = ["", " ", "\t", " folded", "\tfolded =?utf-8?q?x?=", "--b", "--b--", "--a", "--a--", "--q", "--q--", "From me", ":x", "no colon",
         "Content-Disposition: attachment", "Content-Disposition: inline; filename=f.txt", 'Content-Disposition: attachment; filename="x"',
         "Content-Type: application/pgp-signature", "Content-Type: text/calendar", "Content-Type: image/png", "Content-Type: text/html",
         "Content-Type: text/plain", "Content-Type: multipart/alternative", "Content-Type: multipart/mixed; boundary=b",
         "Content-Type: multipart/mixed; boundary=a", "Content-Type: message/rfc822", "Content-Type: message/delivery-status", "Content-Type: text",
         "Content-Type: text/", "Content-Type: /plain", "Content-Type: TEXT/HTML ; charset = utf-8", "Content-Type: application/octet-stream; name=a",
         "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable", "Content-Transfer-Encoding: 8bit",
         "Content-Transfer-Encoding: x-uuencode", "Content-Transfer-Encoding:  Base64 ", "<p>a &amp; b</p>", "=E9=", "aGVsbG8=", "gr\xc3\xbc\xc3\x9fe"]  # fmt: skip


def word(rnd: random.Random) -> bytes:
    """An encoded word, right or wrong."""
    charset = rnd.choice(CHARSETS)
    try:
        data = rnd.choice(TEXTS).encode(charset, "replace")
    except (LookupError, UnicodeError):
        data = rnd.choice(TEXTS).encode("utf-8")
    if rnd.random() < 0.2:
        data = bytes(rnd.randrange(256) for _ in range(rnd.randrange(6)))
    if rnd.random() < 0.5:
        text = b"".join(b"=%02X" % c if c > 126 or c < 33 or c in b"=?_" else bytes([c]) for c in data)
        code = rnd.choice([b"q", b"Q"])
    else:
        text = base64.b64encode(data)
        text = text.rstrip(b"=") if rnd.random() < 0.2 else text
        code = rnd.choice([b"b", b"B"])
    made = b"=?" + charset.encode("latin-1") + b"?" + code + b"?" + text + b"?="
    return made if rnd.random() < 0.9 else made[: rnd.randrange(len(made))]


def header(rnd: random.Random) -> bytes:
    """A header of words, plain and encoded, folded anywhere."""
    glue = [b" ", b"", b"\r\n ", b"\n\t", b"  ", b"\r\n  "]
    pieces = [word(rnd) if rnd.random() < 0.6 else rnd.choice(TEXTS).encode("ascii", "ignore") for _ in range(rnd.randrange(1, 5))]
    if rnd.random() < 0.1:
        pieces.append(rnd.choice(TEXTS).encode("utf-8"))
    value = b"".join(rnd.choice(glue) + piece for piece in pieces)
    return rnd.choice(HEADERS[:4]).encode() + b":" + value


def part(rnd: random.Random) -> bytes:
    """Headers of a part and a text in some charset, which may be the declared one."""
    charset, text = rnd.choice(CHARSETS), rnd.choice(TEXTS) + "\n" + rnd.choice(TEXTS)
    try:
        data = text.encode(rnd.choice([charset, "utf-8", "latin-1"]), "replace")
    except (LookupError, UnicodeError):
        data = text.encode("utf-8")
    if rnd.random() < 0.3:
        at = rnd.randrange(len(data) + 1)
        data = data[:at] + bytes(rnd.randrange(256) for _ in range(rnd.randrange(4))) + data[at + rnd.randrange(3) :]
    form = rnd.choice(["; charset=%s", '; charset="%s"', "; CHARSET=%s", "; charset*=%s", "; charset=%s; format=flowed", ";\n charset=%s"])
    kind = rnd.choice(["text/plain", "text/html", "text/plain", "Text/Plain", "text/x"])
    encoding, data = rnd.choice([("8bit", data), ("base64", base64.encodebytes(data)), ("quoted-printable", quoted(data)), ("", data)])
    made = ("Content-Type: " + kind + form % charset + "\n").encode("latin-1")
    if encoding:
        made += b"Content-Transfer-Encoding: " + encoding.encode() + b"\n"
    return made + b"\n" + data


def quoted(data: bytes) -> bytes:
    return b"".join(b"=%02X" % c if c > 126 or c in b"=" else bytes([c]) for c in data)


def scattered(raw: bytes, other: bytes, rnd: random.Random) -> bytes:
    """`raw` with bytes changed, spans moved and a piece of `other`, anywhere."""
    data = bytearray(raw)
    for _ in range(rnd.randrange(1, 12)):
        at, length = rnd.randrange(len(data) + 1), int(rnd.expovariate(0.1))
        match rnd.randrange(6):
            case 0:
                data[at : at + 1] = bytes([rnd.randrange(256)])
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = bytes(rnd.choice(b"=?;:\"'\\<>()-_ \t\r\n\0%*&/.,\x0b\x0c\x1c\x85\xa0\xff") for _ in range(length % 5))
            case 3:
                data[at:at] = data[(near := rnd.randrange(len(data) + 1)) : near + 3 * length]
            case 4:
                near = rnd.randrange(len(other) + 1)
                data[at:at] = other[near : near + 5 * length]
            case _:
                data[at:at] = word(rnd)
    return bytes(data)


def mutated(raw: bytes, other: bytes, rnd: random.Random) -> bytes:
    """`raw` with one to six changes where a parser may stumble."""
    if rnd.random() < 0.25:
        return scattered(raw[:MOST_BYTES], other[:MOST_BYTES], rnd)
    lines = raw[:MOST_BYTES].split(b"\n")
    for _ in range(rnd.randrange(1, 7)):
        at = rnd.randrange(len(lines) + 1)
        near = min(len(lines) - 1, int(rnd.expovariate(0.1))) if lines else 0
        match rnd.randrange(12):
            case 0:
                lines.insert(near, header(rnd))
            case 1:
                lines.insert(at, rnd.choice(LINES).encode("latin-1"))
            case 2 if lines:
                del lines[near : near + rnd.randrange(1, 4)]
            case 3 if lines:
                lines[near] = lines[near] + rnd.choice([b"\r", b" ", b";", b"\xe9", b'"', b"; charset=" + rnd.choice(CHARSETS).encode("latin-1")])
            case 4 if lines:
                line = bytearray(lines[near])
                for _ in range(rnd.randrange(1, 3)):
                    if line:
                        line[rnd.randrange(len(line))] = rnd.randrange(256)
                lines[near] = bytes(line)
            case 5:
                lines.insert(near, b"Content-Type: text/plain; charset=" + rnd.choice(CHARSETS).encode("latin-1"))
            case 6 if len(lines) > 1:
                near = min(near, len(lines) - 2)
                lines[near : near + 2] = [lines[near] + rnd.choice([b" ", b"\t", b""]) + lines[near + 1]]
            case 7:
                cut = lines[near : near + rnd.randrange(1, 10)]
                lines[at:at] = cut
            case 8 if lines:
                for n in range(near, min(len(lines), near + 8)):
                    if b"charset" in lines[n].lower():
                        lines[n] = b"Content-Type: text/plain; charset=" + rnd.choice(CHARSETS).encode("latin-1")
            case 9:
                lines = header(rnd).split(b"\n") + [b"MIME-Version: 1.0"] + part(rnd).split(b"\n")
            case 10:
                kind = rnd.choice([b"mixed", b"alternative", b"signed", b"related", b"digest"])
                lines = header(rnd).split(b"\n") + [b"Content-Type: multipart/" + kind + b"; boundary=q", b""]
                for _ in range(rnd.randrange(4)):
                    lines += [b"--q", *part(rnd).split(b"\n")]
                lines += [b"--q--"] * rnd.randrange(2)
            case _ if lines:
                n = rnd.randrange(len(lines))
                lines[n] = lines[n] + bytes(rnd.randrange(256) for _ in range(rnd.randrange(5)))
    return (b"\r\n" if rnd.random() < 0.2 else b"\n").join(lines)


def seeds(paths: list[str]) -> list[bytes]:
    mails = []
    for path in paths:
        raw = Path(path).read_bytes()
        if not path.endswith(".jsonl"):
            mails.append(raw)
            continue
        for row in map(json.loads, raw.decode("utf-8").splitlines()):
            if "raw_b64" in row:
                mails.append(base64.b64decode(row["raw_b64"]))
            elif "raw" in row:
                mails.append(row["raw"].encode("latin-1"))
    return mails


def packager():
    """The packager's module that parses mail, which needs nothing but the standard library."""
    spec = importlib.util.spec_from_file_location("packager_text", PACKAGER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(seed: str, count: str, *paths: str) -> None:
    parse_mail = packager().parse_mail
    rnd = random.Random(int(seed))
    originals = seeds(list(paths))
    for _ in range(int(count)):
        raw = mutated(rnd.choice(originals), rnd.choice(originals), rnd)
        parsed = parse_mail(raw)
        print(json.dumps({"raw_b64": base64.b64encode(raw).decode(), "parsed": parsed}))


if __name__ == "__main__":
    main(*sys.argv[1:])
