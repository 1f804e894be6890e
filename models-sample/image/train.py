"""Trains `digit`: which digit is in this image? Writes v1, v2 and cases.jsonl.

v1 looks at 14×14 greys with a logistic regression, v2 at 28×28 normalised greys with a small
neural network.
"""

import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import fetch
from produce import PACKAGES, SEED, chosen, measure, split, write, write_cases
from slipway.pack import Run, SklearnModel, columns, step

INPUT = {"object": "image", "media_types": ["image/png", "image/jpeg", "image/bmp", "image/gif"]}
DECODE = step("decode_image", color="L", exif_orientation=True, alpha="drop", sixteen_bit="shift8", frame=0)


def grey(side: int, *more: dict) -> list[dict]:
    """The steps from an encoded image to `side`×`side` greys from 0 to 1, then `more`, in one row."""
    resize = step("resize", width=side, height=side, filter="bilinear", algorithm="pil")
    return [DECODE, resize, step("rescale", factor=1 / 255), *more, step("layout", to="flat")]


VERSIONS = {
    "v1": (
        grey(14),
        LogisticRegression(C=0.1, max_iter=300),
        "Logistic regression on 14×14 greys.",
    ),
    "v2": (
        grey(28, step("normalize", mean=[0.1307], std=[0.3081])),
        MLPClassifier((64,), alpha=0.3, tol=2e-3, max_iter=100, random_state=SEED),
        "A network with 64 hidden units on 28×28 normalised greys.",
    ),
}

CARD = """# digit, {version}

Which handwritten digit is in an image (white ink on black)? {how}

- **Data**: {rows} digits of 28×28 greys (`mnist` 1.1.0, MIT).
- **Test** ({test_rows} digits held out): accuracy {accuracy}.
- **Limits**: one upright digit that fills the image; dark ink on white paper must be inverted before.
"""


def plain(pixels: bytes) -> Image.Image:
    """784 greys as an image of 28×28."""
    return Image.frombytes("L", (28, 28), pixels)


def encode(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    """The image as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def turned(image: Image.Image, orientation: int, transpose: Image.Transpose) -> bytes:
    """A JPEG that lies on its side and says so in its EXIF header."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encode(image.transpose(transpose), "JPEG", quality=90, exif=exif)


def tinted(image: Image.Image) -> Image.Image:
    """The digit in yellow on blue."""
    return ImageOps.colorize(image, (10, 20, 90), (250, 240, 120))


def veiled(image: Image.Image) -> Image.Image:
    """The digit in colour with a transparency that runs from left to right."""
    colour = tinted(image)
    colour.putalpha(Image.linear_gradient("L").rotate(90).resize(image.size))
    return colour


def deep(image: Image.Image) -> Image.Image:
    """The digit in 16-bit greys."""
    return Image.fromarray(np.asarray(image).astype(np.uint16) * 257)


DRESSES = [
    lambda i: encode(i.resize((113, 97)).convert("RGB")),
    lambda i: encode(i.resize((56, 56)), "JPEG", quality=80),
    lambda i: encode(tinted(i.resize((61, 83))), "JPEG", quality=70),
    lambda i: turned(i.resize((40, 50)), 6, Image.Transpose.ROTATE_90),
    lambda i: turned(i.resize((50, 40)), 2, Image.Transpose.FLIP_LEFT_RIGHT),
    lambda i: encode(veiled(i.resize((44, 44)))),
    lambda i: encode(tinted(i).quantize(16)),
    lambda i: encode(i.point(lambda v: 255 * (v > 127)).convert("1")),
    lambda i: encode(deep(i)),
    lambda i: encode(i.resize((31, 17)), "BMP"),
    lambda i: encode(i.resize((64, 64)), "GIF"),
    lambda i: encode(Image.new("L", (1, 1), 200)),
]


def main() -> None:
    run = Run(__file__)
    pixels, labels = fetch.digits()
    labels = np.array(labels)
    train, test = split(labels, 2000)
    files = [encode(plain(p)) for p in pixels]
    held_out = [plain(pixels[i]) for i in test]

    def shown(start: int) -> list[bytes]:
        """20 held-out digits: 8 as they are, and one in every dress."""
        digits = held_out[start : start + 20]
        return [encode(i) for i in digits[:8]] + [dress(i) for dress, i in zip(DRESSES, digits[8:], strict=True)]

    models = {}
    for version, (before, fitted, how) in VERSIONS.items():
        greys = np.stack(columns(INPUT, before, files)["image"])
        fitted.fit(greys[train], labels[train])
        metrics = measure(labels[test], fitted.predict_proba(greys[test]))
        names = tuple(str(digit) for digit in range(10))
        models[version] = SklearnModel("digit", INPUT, before, fitted, labels=names, features="image")
        bundle = models[version].bundle(
            shown(0),
            description=f"Handwritten digits. {how}",
            lineage=run.lineage(
                data=[fetch.DIGITS.lineage(len(labels))],
                parameters={"estimator": type(fitted).__name__, "seed": SEED, **chosen(fitted)},
                metrics=metrics,
                packages=[*PACKAGES, "pillow"],
            ),
            card=CARD.format(version=version, how=how, rows=len(labels), **metrics),
        )
        write(HERE / version, bundle)
    write_cases(HERE / "cases.jsonl", models, shown(20))


if __name__ == "__main__":
    main()
