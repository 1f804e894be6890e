"""Text as the steps of a bundle see it: HTML stripped, mail parsed."""

import html
import re
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from pathlib import Path

_MARKUP = re.compile(r"(?ais)<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]+>")
_ASCII = "us-ascii"
_SAME = {"ascii": _ASCII, "latin-1": "iso-8859-1", "latin_1": "iso-8859-1"}


def html_strip(text: str) -> str:
    """`text` with every tag, comment, script and style replaced by one blank, then entities decoded."""
    return html.unescape(_MARKUP.sub(" ", text))


def parse_mail(raw: bytes) -> dict:
    """The columns of an RFC 5322 message: `subject`, `sender`, `text` (str), `n_parts`,
    `n_attachments` (int), `has_html` (bool). Malformed mail degrades, it never fails.

    The rule is "The text of a mail" in docs/reference/bundle.md; the server follows it too, and a
    test holds both against each other.
    """
    message = message_from_bytes(raw, _Part)
    leaves = [part for part in message.walk() if not part.is_multipart()]
    inline = [part for part in leaves if not _stands_apart(part)]
    plain = [_content(part) for part in inline if part.get_content_type() == "text/plain"]
    marked_up = [_content(part) for part in inline if part.get_content_type() == "text/html"]
    text = "\n".join(plain)
    if not text.strip():
        text = "\n".join(html_strip(part) for part in marked_up)
    return {
        "subject": _header(message, "subject"),
        "sender": _header(message, "from"),
        "text": text,
        "n_parts": len(leaves),
        "n_attachments": sum(_is_attachment(part) for part in leaves),
        "has_html": bool(marked_up),
    }


class _Part(Message):
    """A part whose parameters can always be read, by the rule of Slipway: one that is declared in a
    charset is text, decoded as the text of a mail is; where pieces of one parameter have numbers
    and others have none, there are no parameters. (Python fails on some of these.)"""

    def get_param(self, param, failobj=None, header="content-type", unquote=True):
        try:
            value = super().get_param(param, failobj, header, unquote)
        except TypeError:
            return failobj
        if not isinstance(value, tuple):
            return value
        charset, _, text = value
        return text if charset is None else _decoded(text.encode("iso-8859-1", "replace"), charset)


def _is_attachment(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text"


def _stands_apart(part: Message) -> bool:
    """Whether a part is none of the message's own text: an attachment, or a file by its name."""
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _content(part: Message) -> str:
    encoding = part.get("content-transfer-encoding")
    if encoding is not None:  # Pythons differ on line breaks before the value, and on uuencode
        plain = str(encoding).lstrip(" \t\r\n").lower()
        known = plain if plain in ("base64", "quoted-printable") else "8bit"
        part.replace_header("content-transfer-encoding", known)
    text = _decoded(part.get_payload(decode=True) or b"", part.get_content_charset())
    return text.replace("\r\n", "\n").replace("\0", "")


def _decoded(data: bytes, charset: str | None) -> str:
    """By the charset where it is known, else as UTF-8 where that is valid, else as ISO-8859-1."""
    codec = _codec(charset)
    if codec:
        return data.decode(codec, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("iso-8859-1")


def _charsets() -> dict[str, str]:
    lines = Path(__file__).with_name("charsets.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {name: codec for codec, _, *names in rows for name in names}


_CHARSETS = _charsets()


def _codec(name: str | None) -> str | None:
    """Python's codec of the charset `name`; None where none is declared, or one that is not known."""
    if name is None or not name.isascii():
        return None
    return _CHARSETS.get(re.sub("[^a-z0-9]+", "_", name.lower()).strip("_"))


def _header(message: Message, name: str) -> str:
    """The first header of that name on one line, its encoded words decoded; "" where there is none."""
    value = next((str(v) for n, v in message.raw_items() if n.lower() == name), "")
    value = value.lstrip(" \t\r\n").rstrip("\r\n")
    unfolded = re.sub("[\r\n]", "", value)
    if not value.isascii():  # bytes that are no ASCII came as surrogates
        return re.sub("[^\0-\x7f]", "\ufffd", unfolded)
    if "=?" not in value:
        return unfolded
    words = _words(value)
    return unfolded if words is None else _joined(words)


def _words(value: str) -> list[tuple[str, str]] | None:
    """The texts of a header with their charsets; None where there is nothing to decode, or a word
    of an unknown charset, or one that is damaged."""
    words: list[tuple[str, str]] = []
    try:
        pieces = decode_header(value)
        if all(charset is None for _, charset in pieces):
            return None
        for data, charset in pieces:
            charset = _ASCII if charset is None else charset
            codec = _codec(charset)
            if codec is None:
                return None
            charset = _SAME.get(charset, charset)
            text = data.decode(codec)
            if words and words[-1][1] == charset:
                words[-1] = (words[-1][0] + " " + text, charset)
            else:
                words.append((text, charset))
    except (HeaderParseError, ValueError):
        return None
    return words


def _joined(words: list[tuple[str, str]]) -> str:
    """One text, with a blank between encoded and plain words where none is there."""
    joined = ""
    for n, (text, charset) in enumerate(words):
        if n and (charset == _ASCII) != (words[n - 1][1] == _ASCII):
            beside = text[:1] if charset == _ASCII else words[n - 1][0][-1:]
            if not (beside.isspace() or beside in ("(", ")", "\\")):
                joined += " "
        joined += text
    return joined
