"""Computes the reference values of the text steps with the libraries that the steps equal.

    pip install scikit-learn==1.9.1 tokenizers==0.23.3
    python src/test/python/text_references.py src/test/resources/pipeline/text
"""

import html
import json
import random
import re
import sys
import unicodedata
from pathlib import Path

from sklearn.feature_extraction.text import (
    CountVectorizer,
    HashingVectorizer,
    TfidfVectorizer,
    strip_accents_unicode,
)
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

FOLDER = Path(sys.argv[1])
SEED = 20250731
ALL = range(sys.maxunicode + 1)


def write(name, value):
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    (FOLDER / name).write_text(text.replace("],[", "],\n[").replace("},{", "},\n{") + "\n")


TEXTS = [
    "",
    " ",
    "a",
    "The quick brown fox, the lazy dog: the END.",
    "ΟΔΥΣΣΕΥΣ ΟΔΥΣΣΕΥΣ. ΣΑΣ Σ ΑΣ'Α ΑΣ:Α ΑΣ-Α ΑΣ\u00adΑ ΑΣ\u0345 \u0345Σ ʰΣ ῼΣ ΑΣ\U0001d400",
    "İSTANBUL Iğdır ıI ŞIŞLI",
    "STRASSE straße GROẞ ﬁn ﬀ ǅungla Ǆ ǆ",
    "cafe\u0301 am\u00e9lie re\u0301sume\u0301 Å\u030a a\u0328\u0301 \u1e69 \u0344 \u0f73",
    "٣٤ من ١٠ ۴۵ ४५ ٠١٢٣٤٥٦٧٨٩ ½ ² Ⅷ ⑨ 〇 一二三",
    "nul\u0000inside\u0001\u001f\u007f\u0085\u2028\u2029 \ufeff end",
    "_great_ 10_10 __ a_b x_ _y",
    "👨‍👩‍👧 🇩🇪 𝒜𝓑 𐐀𐐨 𠀋𠮷 \U0001f600\U0001f600 a\U0001f600b \U00010400x",
    "हिन्दी भाषा தமிழ் ไทย ภาษาไทย עִבְרִית اَلْعَرَبِيَّةُ 한국어 조선말 \u1112\u1161\u11ab",
    "line one\nline two\r\nline three\rfour\n",
    "don't can't it's O'Neil 'quoted' \u2019tis rock\u2019n\u2019roll",
    "https://a.example/?x=1&y=2 HTTP://B http://c !!! $$$ 100% <b>bold</b>",
    "aaa aa a aaaa ab abab ababab ba",
    "K\u212a s\u017f i\u0131\u0130I µ\u03bc \u1e9e\u00df \ufb05\ufb06 \u0345\u03b9\u1fbe \u03c3\u03c2\u03a3",
    "tab\tand\x0bvertical\x0cfeed \u00a0 \u3000 wide\u200bzero",
    "one, two; three  four\n\nfive",
    "ALL CAPS AND lower and MiXeD",
    "x" * 16 + " " + "word " * 30,
    "\u09ad\u09be\u09b0\u09a4 \u0e01\u0e33 \u0915\u094d\u0937 \u01c5 \u2160\u2170 \u24b6\u24d0",
]


def ranges(member):
    """The code points where `member` holds, as [first, last, first, last, ...]."""
    bounds, inside = [], False
    for c in list(ALL) + [None]:
        now = c is not None and bool(member(chr(c)))
        if now != inside:
            bounds.append(c if now else (sys.maxunicode if c is None else c - 1))
            inside = now
    return bounds


def characters():
    assigned = ranges(lambda c: unicodedata.category(c) not in ("Cn", "Cs"))
    probe = re.compile(r"\w"), re.compile(r"\d"), re.compile(r"\s")
    return {
        "unicode": unicodedata.unidata_version,
        "assigned": assigned,
        "word": ranges(lambda c: probe[0].match(c)),
        "digit": ranges(lambda c: probe[1].match(c)),
        "space": ranges(lambda c: probe[2].match(c)),
        "combining": ranges(lambda c: all(map(unicodedata.combining, unicodedata.normalize("NFKD", c)))),
        # Whether a sigma after A and before the character is final, and after the character.
        "sigma_before": ranges(lambda c: ("AΣ" + c).lower()[1] == "ς"),
        "sigma_before_a": ranges(lambda c: ("AΣ" + c + "A").lower()[1] == "ς"),
        "sigma_after": ranges(lambda c: (c + "Σ").lower()[-1] == "ς"),
        "lower": {c: chr(c).lower() for c in ALL if chr(c).lower() != chr(c)},
    }


def unescape():
    names = sorted(html.entities.html5)
    cases = ["&" + name for name in names] + ["&" + name.rstrip(";") + "x" for name in names]
    cases += [f"&#{n};" for n in list(range(0, 300)) + [0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFDCF,
              0xFDD0, 0xFDEF, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x1F600, 0x1FFFE, 0x10FFFD, 0x10FFFE,
              0x10FFFF, 0x110000, 2**31 - 1, 2**31, 2**32, 2**64, 10**30]]
    cases += ["&", "&&", "&;", "&#", "&#;", "&#x", "&#x;", "&#xg", "&#12", "&#12a", "&#x1F600", "&#X41;",
              "&#xe9x", "&amp", "&ampamp;", "&amp;amp;", "&notin", "&notit;", "&notin;", "&not;in;", "a&lt;b",
              "&lt&gt", "&#1234567890123;", "&eacute&eacute;", "&é;", "&a\u0000;", "&amp\u00e9;", "&" + "a" * 32 + ";",
              "&" + "a" * 31 + ";", "&amp" + "x" * 40, "&amp" + "\U0001f600" * 31 + ";", "&CounterClockwiseContourIntegral;",
              "&CounterClockwiseContourIntegra;", "&acE;", "&ThickSpace;", "&fjlig;", "&bne;", "& amp;", "&amp ;",
              "&AMP;&AMP&Amp;", "&#49&#50;", "&#x110000;", "&#xffffffffffffffffff;", "&#0;", "&#x0D;", "&#13;", "&#11;",
              "&#\u0663;", "&#x\uff11;", "&copy2024", "&times;&divide", "x&y=1&lt=2&reg=3", "&amp#38;"]
    return [[case, html.unescape(case)] for case in cases]


MARKUP = r"(?ais)<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]+>"


def strip(text):
    return html.unescape(re.sub(MARKUP, " ", text))


def stripped():
    rng = random.Random(SEED)
    cases = [
        "", "plain", "<b>bold</b>", "a < b and c > d", "a <b and c", "1 < 2", "<", ">", "<>", "<<>>", "< >", "<>x>", "<a<b>c>",
        "<script>var x = 1 < 2;</script>after", "<SCRIPT type='a'>x</Script >after", "<script>never closed <b>x</b>",
        "<scripted>no</scripted>", "<script", "<script>", "<script></script", "<script></script\n\t>x",
        "<script></style></script>x", "<style>p{}</style><script>a</script>", "<style/>a</style>b", "<script></scriptx></script>y",
        "<\u017fcript>x</\u017fcript>y", "<script\u00e9>x</script>y", "<script>x</\u017fcript></script>y",
        "<!-- c -->x", "<!-->x-->y", "<!--->x-->y", "<!-- <b> -- > -->x", "<!-- never ends <b>x", "<!doctype html>x", "<!---->x",
        "<a title='x > y'>z</a>", "<a\nhref=x\n>z", "<br/>", "a<br>b", "</p>", "<3 you", "x<y", "&lt;b&gt;", "<b>&amp;lt;</b>",
        "&lt;script&gt;alert(1)&lt;/script&gt;", "<p>caf&eacute; &#128512; &ampamp</p>", "<\u0000>x", "<p>\u2028</p>",
        "<html><style>p{color:red}</style><body><h1>FREE</h1>&euro;100<script>var x=\"ham\"</script></body></html>",
        "<script>a</script\u00a0></script>b", "<STYLE>\n</STYLE\f>b", "<script>1</script><script>2", "<!--a--><!--b",
        "<script><!-- </script> -->x", "<!-- <script> --> x </script>", "\U0001f600<b>\U0001f600</b>",
    ]
    alphabet = ["<", ">", "</", "script", "STYLE", "style", "<!--", "-->", "-", "!", " ", "a", "\n", "/", "&amp;", "&lt", ";", "\u00e9", "=", "'"]
    for _ in range(1500):
        cases.append("".join(rng.choice(alphabet) for _ in range(rng.randint(1, 14))))
    return [[case, strip(case)] for case in cases]


def forms():
    return [
        [text, text.lower(), strip_accents_unicode(text)]
        + [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
        for text in TEXTS
    ]


PATTERNS = [
    "a", "!", r"\$", "[A-Z]", "https?://", r"[a-zA-Z0-9']+", r"\b\w\w+\b", r"(?u)\b\w\w+\b", r"\w+", r"\W+", r"\d+", r"\D",
    r"\s+", r"\S+", r"[^\W\d_]+", r"\b", r"\B", r"\bA", r"\w\b", r"\Ba", "^", "$", r"\A.", r".\Z", "(?m)^.", "(?m).$", "(?m)$", ".+", "(?s).+",
    ".", "a*", "a+?", "a??", "a*?b", "(a|ab)(c|bcd)?", "(a*)*", "(a*)+", "(a|b?)*", "(b?|a)*", "(b?|a)*c", "(?:a|ab)*?b", "|a", "a|",
    "(|a)+", "(a?){3}", "(a?){2,}", "(a{2}){1,2}", "a{,2}", "a{2,}?", "a{,}", "a{x", "{", "a{}", "x{2}y|xx", "(a)|b", "(?P<first>a)(?P<second>b)?",
    "(?:(a)|b)*", "(a)?b", "((a)|(b))+", "[]a]", "[^]a]", r"[\]a-]", "[a-c-]", r"[\w-]", r"[\s\S]", r"[^\s\w]", r"[\b]", "(?i)straSSe", "(?i)k",
    "(?i)[a-k]", "(?i)[^a-z]", "(?i)ı", "(?i)σ", "(?i)ſ", "(?i)µ", "(?i)é", "(?i)\u0345", "(?i)ß", "(?i)\ufb05", "(?ai)[k-s]", "(?a)\\w+", "(?a)\\b.",
    "(?a)\\d\\s?", "(?x) a b # comment\n | c \\ d", "(?i:a)b", "(?s:.)(?-s:.)", "(?i)(?-i:A)a", "(?#comment)a", r"\x41", r"\u00e9", r"\U0001f600",
    r"\101", r"\0", "[\\x00-\\x1f]", "\U0001f600+", "[\U0001f600-\U0001f64f]", "[\u0600-\u06ff]+", r"(\w+)\s(\w+)", r"(\w)(\w)?", r"([a-z]+)|([A-Z]+)",
    r"\.|,|;", r"-|\+", r"(?:the|end)\b", r"\bthe\b", r"[.,:;!?]+\s*", r"\n|\r\n?", "a(.*b)?", "(?:a.*b|a)", "(x+x+)+y", "(a|a)*b", "(.*)(.*)(.*)x",
    r"^\s+|\s+$", r"(\s)+", "(?:)*", "()*a", r"(?:\b)*a|b", r"(?:a|\b)*b", "(?m)(?:^a)+", r"\w+?\b", r"(a+|b+)+?", "(?:(a)|(b)|(c))+?d?", r"\Aab|ab\Z",
    "ΑΣ", r"[α-ω]+", r"\w{3}", r"\w{2,4}?", r"\w{2,4}", r"(\w{2}){2}", r"(?:\w\s?){2,3}", r"[^a]", r"[^\n]*", r"(?:ab)+|a", r"((?:ab)*)(a*)",
]

BAD_PATTERNS = [
    "(", ")", "[", "[a", "*a", "a**", "a*+", "a++", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", r"(a)\1", "(?P<x>a)(?P=x)", "(?>a)", "(a)(?(1)b|c)", "a{3,2}",
    "[b-a]", r"[a-\d]", r"\q", "\\", r"\xg", r"\u12", r"\N{DASH}", "a(?i)b", "(?z)a", "(?P<1>a)", "(?P<a>.)(?P<a>.)", "^*", r"\b+", r"\8", r"[\8]", r"\400",
    "(?<x>a)", "(?P>x)", "(?", "(?P<x", "(?#", "(?i", "(a", "a)", "x{1001}", "(?:(?:a{1000}){1000})", "(?:" * 200 + "a" + ")" * 200,
    "(?:(?:(?:(?:){999}){999}){999})", "(?L)a", "(?-a:x)", "a" * 10001,
]

REPLACEMENTS = [
    ["a", "b"], ["a*", "-"], [r"(\w+) (\w+)", r"\2 \1"], [r"(?P<w>\w)\w*", r"\g<w>."], [r"\s+", " "], [r"https?://\S+", "URL"], [r"\d", "0"], ["(a)|b", r"[\1]"],
    [r"\b", "|"], ["$", "\\n"], ["^", r"\\"], ["|a", "x"], ["(?i)the", r"<\g<0>>"], ["a", r"\t\n\."], ["a", r"\0\101\060"], ["(a)(b)?", r"\2\1"], ["\U0001f600", "\U0001f601"],
]
BAD_REPLACEMENTS = [["a", r"\1"], ["a", r"\q"], ["a", "\\"], ["a", r"\g<x>"], ["a", r"\g"], ["a", r"\g<"], ["(a)", r"\2"], ["a", r"\400"], ["a", r"\g<>"]]


def spans(pattern, text):
    result = []
    for match in re.finditer(pattern, text):
        utf16 = lambda at: -1 if at < 0 else len(text[:at].encode("utf-16-le")) // 2
        result.append([utf16(p) for g in range(match.re.groups + 1) for p in match.span(g)])
    return result


def patterns():
    rng = random.Random(SEED)
    cases = [{"pattern": p, "text": t, "spans": spans(p, t)} for p in PATTERNS for t in rng.sample(TEXTS, 5) + ["aab", "abcabcd x", "ab\nab\n", ""]]
    # Random patterns over a small alphabet find what nobody thinks of.
    def regex(depth):
        kind = rng.randint(0, 9) if depth > 0 else rng.randint(0, 3)
        if kind <= 2:
            return rng.choice(["a", "b", "c", ".", "[ab]", "[^a]", r"\w"])
        if kind == 3:
            return rng.choice(["", r"\b", "$", "^", "a", "b"])
        if kind <= 5:
            return regex(depth - 1) + regex(depth - 1)
        if kind == 6:
            return "(?:" + regex(depth - 1) + "|" + regex(depth - 1) + ")"
        if kind == 7:
            return "(" + regex(depth - 1) + ")"
        body = "(?:" + regex(depth - 1) + ")" if rng.random() < 0.5 else "(" + regex(depth - 1) + ")"
        return body + rng.choice(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}"])
    while len(cases) < 4000:
        pattern = regex(4)
        text = "".join(rng.choice("aabbc \n") for _ in range(rng.randint(0, 10)))
        try:
            cases.append({"pattern": pattern, "text": text, "spans": spans(pattern, text)})
        except re.error:
            pass
    replaced = [{"pattern": p, "with": w, "text": t, "result": re.sub(p, w, t)} for p, w in REPLACEMENTS for t in TEXTS]
    return {"matches": cases, "refused": BAD_PATTERNS, "replaced": replaced, "bad_replacements": BAD_REPLACEMENTS}


def weights():
    vocabulary = CountVectorizer(ngram_range=(1, 2)).fit([t.lower() for t in TEXTS]).get_feature_names_out().tolist()
    chosen = random.Random(SEED).sample(vocabulary, 60)
    chosen += ["the", "quick brown", "aaa", "ab", "word", "word word"]
    chosen = list(dict.fromkeys(chosen))
    cases = []
    for sublinear in (False, True):
        for norm in ("l1", "l2", None):
            fitted = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=sublinear, norm=norm, vocabulary=chosen).fit(TEXTS)
            matrix = fitted.transform(TEXTS)
            rows = [dict(zip(map(int, matrix[i].indices), matrix[i].data)) for i in range(len(TEXTS))]
            cases.append({"sublinear_tf": sublinear, "norm": norm, "idf": fitted.idf_.tolist(), "rows": rows})
    hashes = []
    for n in (1, 7, 64, 4096, 1 << 20):
        for alternate in (False, True):
            for norm in ("l1", "l2", None):
                matrix = HashingVectorizer(n_features=n, alternate_sign=alternate, norm=norm).transform(TEXTS)
                rows = [{int(k): v for k, v in zip(matrix[i].indices, matrix[i].data) if v != 0} for i in range(len(TEXTS))]
                hashes.append({"n_features": n, "alternate_sign": alternate, "norm": norm, "rows": rows})
    ngrams = []
    for low, high in ((1, 1), (1, 2), (2, 2), (2, 4), (1, 3), (3, 3)):
        analyzer = CountVectorizer(ngram_range=(low, high)).build_analyzer()
        ngrams.append({"min": low, "max": high, "rows": [analyzer(t) for t in TEXTS]})
    tokens = []
    for pattern in (r"(?u)\b\w\w+\b", r"(?u)\b\w+\b", r"[a-zA-Z0-9']+", r"\w(\w+)", r"\S+"):
        tokenizer = CountVectorizer(token_pattern=pattern).build_tokenizer()
        tokens.append({"pattern": pattern, "rows": [tokenizer(t) for t in TEXTS]})
    from sklearn.utils import murmurhash3_32
    rng = random.Random(SEED)
    terms = ["", "a", "ab", "abc", "abcd", "abcde", "é", "日本", "\U0001f600", "\u0000", "\u00ff\u0080"]
    terms += ["".join(rng.choice("abcäß☃\U0001f600 ") for _ in range(rng.randint(1, 12))) for _ in range(100)]
    murmur = [[t, int(murmurhash3_32(t))] for t in terms]
    return {"texts": TEXTS, "vocab": chosen, "tfidf": cases, "hash": hashes, "ngrams": ngrams, "tokens": tokens, "murmur": murmur}


def wordpiece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=400, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.train_from_iterator(TEXTS, trainer)
    ids = tokenizer.token_to_id
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", ids("[CLS]")), ("[SEP]", ids("[SEP]"))]
    )
    # Settings of the file that the step overrides.
    tokenizer.enable_padding(pad_id=ids("[PAD]"), length=7)
    tokenizer.enable_truncation(5)
    tokenizer.save(str(FOLDER / "tokenizer.json"), pretty=False)
    tokenizer.no_padding()
    result = []
    for length in (3, 8, 64, None):
        tokenizer.no_truncation() if length is None else tokenizer.enable_truncation(length)
        rows = [tokenizer.encode(t) for t in TEXTS]
        result.append({"max_length": length, "rows": [[e.ids, e.attention_mask, e.type_ids] for e in rows]})
    return {"texts": TEXTS, "pad": ids("[PAD]"), "lengths": result}


write("characters.json", characters())
write("unescape.json", unescape())
write("html.json", stripped())
write("forms.json", forms())
write("patterns.json", patterns())
write("weights.json", weights())
write("wordpiece.json", wordpiece())
