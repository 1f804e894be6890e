"""The rule "The text of a mail" as the packager has it, on Python's email package: the reference for MailReader.

    python src/test/python/mail_reference.py                  writes python.jsonl, ugly mails
    python src/test/python/mail_reference.py FOLDER OUT.jsonl  what the mails *.txt of a folder are

`mail_fuzz.py` makes further mails, at random.
"""
import glob, hashlib, json, os, random, sys

from mail_fuzz import packager

OUT = os.path.join(os.path.dirname(__file__), "..", "resources", "pipeline", "mail", "python.jsonl")


def parse(raw):
    parsed = packager().parse_mail(raw)
    text = parsed.pop("text")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return {**parsed, "has_html": int(parsed["has_html"]), "text_sha256": digest, "text_chars": len(text)}, text


def ugly():
    """Mails put together at random from pieces that matter to a parser."""
    rnd = random.Random(2822)
    pieces = [
        "--a", "--b", "--a--", "--b--", "--a ", "--a\t--", "--a--  ", "--", "---a", "--ab", "-- a", "",
        "", "", "", " ", "\t", "hello", " folded", "\tfolded", "Subject: one", "Subject: two", "From: me <m@e>",
        "From someone at once", "From: =?utf-8?q?J=C3=B6?= <j@o>", ":no name", "No colon here",
        "Content-Type: text/plain", "Content-Type: text/html", "Content-Type: text/html; charset=utf-8",
        "Content-Type: multipart/mixed; boundary=a", "Content-Type: multipart/mixed; boundary=b",
        'Content-Type: multipart/alternative; boundary="a"', "Content-Type: multipart/digest; boundary=b",
        "Content-Type: multipart/mixed", "Content-Type: message/rfc822", "Content-Type: message/delivery-status",
        "Content-Type: nonsense", "Content-Type: text/plain/html", "content-type:text/html;name=x",
        "Content-Disposition: attachment", "Content-Disposition: inline", "Content-Disposition: inline; filename=f",
        "Content-Disposition: ATTACHMENT ; x", 'Content-Disposition: inline; filename=""',
        "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable",
        "Content-Transfer-Encoding: 8bit", "aGVsbG8=", "aGVsbG8", "aGVs bG8*", "=41=zz=", "caf=C3=A9", "caf\xe9",
        "<b>bold</b> &amp; text", "Subject: =?us-ascii?q?x?= y", "Subject:\xe9", "Subject : gap",
    ]
    starts = ["Content-Type: multipart/mixed; boundary=a", "Content-Type: multipart/mixed; boundary=b",
              "Content-Type: message/rfc822", "Content-Type: multipart/digest; boundary=a", "Subject: s",
              "Content-Type: message/delivery-status"]
    for _ in range(600):
        ends = rnd.choice([["\n"], ["\r\n"], ["\n", "\r\n", "\r"]])
        lines = [rnd.choice(starts)] + [rnd.choice(pieces) for _ in range(rnd.randrange(3, 30))]
        mail = "".join(line + rnd.choice(ends) for line in lines)
        yield mail[:-1] if rnd.random() < 0.2 else mail
    words = ["=?utf-8?q?a=C3=A9?=", "=?utf-8?b?w6k=?=", "=?utf-8?b?w6k?=", "=?iso-8859-1?q?=E9_x?=", "=?us-ascii?q?y?=",
             "=?x-none?q?y?=", "=?utf-8?q?=ff?=", "=?utf-8?b?w?=", "=?utf-8?q?open", "?=", "=?", "plain", "(c", "d)", "\\", " ",
             "  ", "\t", "\n ", "\n\t", "\r\n  ", "=?UTF-8?Q??=", "=?utf-8?x?y?=", "=?latin-1?q?=E9?=", "=?utf-8?B?YSDCoA==?=",
             "=?ISO-8859-1?Q?=A0?=", "_", "=41", "\xe9", "\x0b"]
    for i in range(400):
        value = "".join(rnd.choice(words[:-2] if i % 8 else words) for _ in range(rnd.randrange(1, 9)))
        yield "Subject: " + value + "\n\nbody\n"
    parameters = ["; boundary=a", ';boundary="a"', "; boundary='a'", "; BOUNDARY = a ", "; boundary=<a>", '; boundary="a', ";;",
                  "; boundary*=us-ascii''a", "; boundary*0=a; boundary*1=b", "; boundary*1=b; boundary*0=a", '; x="y;z"',
                  '; x="y\\";z"', "; charset=utf-8", "; name=n", "; name*=utf-8''%c3%a9", "; boundary", "; boundary=", "\n ; boundary=a",
                  "; boundary=\xe9", "; =", '; boundary="a\\"b"', "; boundary*=a", "; boundary*=%61"]
    for _ in range(300):
        value = rnd.choice(["multipart/mixed", " Multipart/Mixed ", "text/plain", ""]) + "".join(rnd.choice(parameters) for _ in range(rnd.randrange(1, 4)))
        yield ("Content-Type: " + value + "\n\npreamble\n--a\n\none\n--a\nContent-Type:text/plain" + rnd.choice(parameters[:15])
               + "\n\ntwo\n--ab\n\nthree\n--a'b--\n--a\"b\n\nfour\n--ab--\n--a--\nend\n")
    alphabet = "ABCdef019+/= \n*-\xe9"
    for _ in range(200):
        yield "Content-Transfer-Encoding: base64\n\n" + "".join(rnd.choice(alphabet) for _ in range(rnd.randrange(20)))
    alphabet = "=aAfF09 \t\n\r_"
    for _ in range(200):
        yield "Content-Transfer-Encoding: quoted-printable\n\n" + "".join(rnd.choice(alphabet) for _ in range(rnd.randrange(20)))


def main():
    if len(sys.argv) > 1:
        with open(sys.argv[2], "w") as out:
            for path in sorted(glob.glob(os.path.join(sys.argv[1], "**", "*.txt"), recursive=True)):
                with open(path, "rb") as f:
                    out.write(json.dumps({"file": path, "parsed": parse(f.read())[0]}) + "\n")
        return
    count = 0
    with open(OUT, "w") as out:
        for mail in ugly():
            raw = mail.encode("latin-1")
            parsed, text = parse(raw)
            del parsed["text_sha256"], parsed["text_chars"]
            out.write(json.dumps({"raw": mail, "parsed": {**parsed, "text": text}}) + "\n")
            count += 1
    print(count, "mails")


main()
