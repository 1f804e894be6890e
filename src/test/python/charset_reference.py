"""Short sequences of bytes, decoded with each charset of mail: the server must read the same.

    python3 charset_reference.py   a line for each charset and first byte, on standard output

A line is Python's codec, Java's charset, the first byte in hexadecimal and the SHA-256 of all texts
(UTF-8, one after another, each with a newline). The sequences are the first byte alone and, where the
charset is one of WIDE, with each second byte and each of TAILS; for EUC-KR also the syllables of eight
bytes. `MailParityTest` makes the same. Standard library only.
"""

import hashlib
from pathlib import Path

CHARSETS = Path(__file__).resolve().parents[3] / "src" / "main" / "resources" / "mail" / "charsets.txt"
WIDE = ["utf_8", "big5", "euc_jp", "shift_jis", "iso2022_jp", "euc_kr", "cp949", "gb2312", "gbk", "gb18030"]
TAILS = [b"", b"8", b"8e", b"\x818", b"\xa1\xff"]


def main() -> None:
    for line in CHARSETS.read_text().splitlines():
        if line.startswith("#"):
            continue
        python, java = line.split(" ")[:2]
        for first in range(256):
            texts = hashlib.sha256()
            for sequence in sequences(first, python in WIDE) + syllables(python, first):
                text = sequence.decode(python, "replace")
                texts.update(text.encode("utf-8", "surrogatepass") + b"\n")
            print(python, java, f"{first:02x}", texts.hexdigest())


def sequences(first: int, wide: bool) -> list[bytes]:
    seconds = [bytes([first, second]) for second in range(256)] if wide else []
    return [bytes([first])] + [second + tail for second in seconds for tail in TAILS]


def syllables(python: str, first: int) -> list[bytes]:
    if python != "euc_kr" or first != 0xA4:
        return []
    jamo = range(0xA0, 0xD6)
    return [bytes([0xA4, 0xD4, 0xA4, a, 0xA4, b, 0xA4, c]) for a in jamo for b in jamo for c in jamo]


main()
