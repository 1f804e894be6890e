"""Text as the steps of a bundle see it: HTML stripped, mail parsed."""

import html
import re
from email import message_from_bytes
from email.header import decode_header
from email.message import Message

_MARKUP = re.compile(r"(?ais)<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]+>")


def html_strip(text: str) -> str:
    """`text` with every tag, comment, script and style replaced by one blank, then entities decoded."""
    return html.unescape(_MARKUP.sub(" ", text))


def parse_mail(raw: bytes) -> dict:
    """The columns of an RFC 5322 message: `subject`, `sender`, `text` (str), `n_parts`,
    `n_attachments` (int), `has_html` (bool). Malformed mail degrades, it never fails.

    `n_parts` counts the parts that are no containers. `text` is all text/plain that is no
    attachment, joined by a newline, or, when that is blank, all text/html, stripped.
    """
    message = message_from_bytes(raw)
    parts = [part for part in message.walk() if not part.is_multipart()]
    attachments = [part for part in parts if _is_attachment(part)]
    inline = [part for part in parts if part not in attachments]
    plain = [_content(part) for part in inline if part.get_content_type() == "text/plain"]
    marked_up = [_content(part) for part in inline if part.get_content_type() == "text/html"]
    text = "\n".join(plain)
    if not text.strip():
        text = "\n".join(html_strip(part) for part in marked_up)
    return {
        "subject": _header(message, "Subject"),
        "sender": _header(message, "From"),
        "text": text.replace("\0", ""),
        "n_parts": len(parts),
        "n_attachments": len(attachments),
        "has_html": bool(marked_up),
    }


def _is_attachment(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True) or b""
    return _decode(payload, part.get_content_charset()).replace("\r\n", "\n")


def _header(message: Message, name: str) -> str:
    """A header unfolded and with its RFC 2047 words decoded; "" where there is none."""
    value = re.sub(r"\r?\n(?=[ \t])", "", str(message.get(name, "")))
    try:
        words = decode_header(value)
    except ValueError:
        return value
    return "".join(w if isinstance(w, str) else _decode(w, charset) for w, charset in words).strip()


def _decode(data: bytes, charset: str | None) -> str:
    """By the declared charset, else as UTF-8 where that is valid, else as ISO-8859-1."""
    for name in (charset, "utf-8"):
        try:
            if name:
                return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    return data.decode("iso-8859-1")
