"""Writes the reference images of ImageDecoderTest and ResamplerTest: what Pillow makes of them.

    pip install 'pillow==13.0.0' && python src/test/python/pillow_images.py

Each line of pillow.jsonl has an encoded image (absent: that of the line before), the steps' options
and the SHA-256 of the pixels.
"""
import base64, hashlib, io, json, os, random, struct, zlib
from PIL import Image, ImageOps, ImageSequence

OUT = os.path.join(os.path.dirname(__file__), "..", "resources", "pipeline", "image")
rnd = random.Random(20261121)
lines = []
before = b""


def emit(name, data, im, **options):
    global before
    image = {} if data == before else {"image_b64": base64.b64encode(data).decode()}
    before = data
    lines.append(json.dumps({
        "name": name, **image, **options,
        "width": im.width, "height": im.height, "channels": len(im.getbands()),
        "sha256": hashlib.sha256(im.tobytes()).hexdigest()}))


def convert(im, color):
    if im.mode.startswith("I"):
        im = Image.frombytes("L", im.size, bytes(v >> 8 for v in struct.unpack(f"<{im.width*im.height}H", im.tobytes("raw", "I;16"))))
    if color == "BGR":
        return Image.merge("RGB", im.convert("RGB").split()[::-1])
    return im.convert(color)


def over(im, ground):
    """The usual way to lose alpha: paste onto a ground with the alpha as mask."""
    rgba = im.convert("RGBA")
    flat = Image.new("RGB", im.size, (ground,) * 3)
    flat.paste(rgba, mask=rgba.getchannel("A"))
    return flat


def decoded(name, data, colors=("RGB", "L", "BGR"), frame=0, alpha=False):
    for color in colors:
        im = Image.open(io.BytesIO(data))
        im.seek(frame)
        emit(f"{name} {color}", data, convert(ImageOps.exif_transpose(im), color), color=color, frame=frame)
    if alpha:
        for word, ground in (("white", 255), ("black", 0)):
            im = Image.open(io.BytesIO(data))
            im.seek(frame)
            emit(f"{name} on {word}", data, over(im, ground), color="RGB", frame=frame, alpha=word)


def noise(mode, w, h):
    """Noise on a gradient, so that filters and codes of every kind occur."""
    n = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (w, h), bytes(
        max(0, min(255, int((x * 255 / w * (c + 1) + y * 3) % 256 * 0.7 + rnd.randrange(80))))
        for y in range(h) for x in range(w) for c in range(n)))


# PNG, every type and depth, plain and interlaced

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def png(w, h, depth, kind, interlaced, extra=b"", after=b""):
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    bits = depth * samples
    bpp = max(1, bits // 8)
    passes = ([(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
              if interlaced else [(0, 0, 1, 1)])
    raw = b""
    for x0, y0, dx, dy in passes:
        cols = (w - x0 + dx - 1) // dx
        if cols <= 0:
            continue
        previous = bytes((cols * bits + 7) // 8)
        for y in range(y0, h, dy):
            row = bytes(rnd.randrange(256) for _ in previous)
            f = rnd.randrange(5)
            out = bytearray([f])
            for i, v in enumerate(row):
                a = row[i - bpp] if i >= bpp else 0
                b = previous[i]
                c = previous[i - bpp] if i >= bpp else 0
                out.append((v - [0, a, b, (a + b) // 2, paeth(a, b, c)][f]) % 256)
            raw += bytes(out)
            previous = row
    data = zlib.compress(raw)
    cut = len(data) // 3
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, kind, 0, 0, interlaced))
            + extra + chunk(b"IDAT", data[:cut]) + chunk(b"IDAT", data[cut:]) + after + chunk(b"IEND", b""))


for kind, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items():
    for depth in depths:
        for interlaced in (0, 1):
            extra = chunk(b"PLTE", bytes(rnd.randrange(256) for _ in range(3 << depth))) if kind == 3 else b""
            data = png(13, 11, depth, kind, interlaced, extra)
            decoded(f"png type {kind} depth {depth} interlaced {interlaced}", data, alpha=kind in (4, 6))
palette = chunk(b"PLTE", bytes(rnd.randrange(256) for _ in range(48)))
decoded("png palette with alpha", png(9, 9, 4, 3, 0, palette + chunk(b"tRNS", bytes(range(0, 200, 20)))), alpha=True)
decoded("png palette with one clear", png(9, 9, 4, 3, 0, palette + chunk(b"tRNS", b"\xff\xff\x00")), alpha=True)
decoded("png short palette", png(9, 9, 4, 3, 0, chunk(b"PLTE", bytes(range(12)))))
decoded("png grey with clear", png(40, 9, 8, 0, 0, chunk(b"tRNS", b"\0\x50")), alpha=True)
decoded("png one bit with clear", png(9, 9, 1, 0, 0, chunk(b"tRNS", b"\0\1")), alpha=True)
decoded("png smallest", png(1, 1, 8, 2, 1))

# EXIF

def tiff(value, endian="<", kind=3, count=1):
    head = (b"II*\0" if endian == "<" else b"MM\0*") + struct.pack(endian + "I", 8)
    field = {1: "B3x", 3: "H2x", 4: "I"}[kind]
    return head + struct.pack(endian + "HHHI" + "4s" + "HHI" + field, 2, 0x010F, 2, 3, b"ab\0\0", 0x0112, kind, count, value) + b"\0\0\0\0"


source = noise("RGB", 12, 7)


def saved(im, **options):
    out = io.BytesIO()
    im.save(out, **options)
    return out.getvalue()


for value in range(0, 10):
    for endian in "<>":
        decoded(f"jpeg exif {value} {endian}", saved(source, format="JPEG", exif=b"Exif\0\0" + tiff(value, endian)), ("RGB",))
for value in (1, 5, 6, 7, 8):
    exif = chunk(b"eXIf", tiff(value, ">"))
    decoded(f"png exif {value}", png(8, 5, 8, 2, 0, exif), ("RGB",))
    decoded(f"png exif {value} after the data", png(8, 5, 8, 2, 0, after=exif), ("RGB",))
decoded("exif long", png(8, 5, 8, 2, 0, chunk(b"eXIf", tiff(6, "<", 4))), ("RGB",))
decoded("exif byte", png(8, 5, 8, 2, 0, chunk(b"eXIf", tiff(6, "<", 1))), ("RGB",))
decoded("exif two values", png(8, 5, 8, 2, 0, chunk(b"eXIf", tiff(6, "<", 3, 2))), ("RGB",))
decoded("exif cut", png(8, 5, 8, 2, 0, chunk(b"eXIf", tiff(6)[:20])), ("RGB",))
xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="8"/></x:xmpmeta>'
decoded("jpeg xmp", saved(source, format="JPEG", xmp=xmp), ("RGB",))
decoded("png xmp", png(8, 5, 8, 2, 0, chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)), ("RGB",))

# JPEG

for w, h in ((1, 1), (16, 16), (37, 23), (50, 3)):
    for mode in ("L", "RGB", "CMYK"):
        im = noise(mode, w, h)
        for subsampling in (0, 1, 2):
            for progressive in (False, True):
                if mode == "L" and subsampling or w in (1, 50) and progressive:
                    continue
                decoded(f"jpeg {mode} {w}x{h} sampling {subsampling} progressive {progressive}",
                        saved(im, format="JPEG", quality=60 + 15 * subsampling, subsampling=subsampling, progressive=progressive))
decoded("jpeg stored as RGB", saved(noise("RGB", 19, 9), format="JPEG", keep_rgb=True))
decoded("jpeg with restarts", saved(noise("RGB", 40, 40), format="JPEG", restart_marker_blocks=2))
ycck = saved(noise("CMYK", 21, 17), format="JPEG", quality=95)
at = ycck.index(b"Adobe")
decoded("jpeg YCCK", ycck[:at + 11] + b"\2" + ycck[at + 12:])
bare = saved(noise("RGB", 21, 17), format="JPEG", quality=95)
bare = bare[:2] + bare[4 + struct.unpack(">H", bare[4:6])[0]:]  # without JFIF
decoded("jpeg without JFIF", bare)
for transform in (0, 1, 2):
    adobe = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([transform])
    decoded(f"jpeg with Adobe transform {transform}", bare[:2] + adobe + bare[2:])
decoded("jpeg with padding and rubbish behind", bare[:2] + b"\xff\xff\xff" + bare[3:] + b"rubbish")
decoded("jpeg 444 without JFIF", (lambda b: b[:2] + b[4 + struct.unpack(">H", b[4:6])[0]:])(saved(noise("RGB", 21, 17), format="JPEG", subsampling=0)))

# BMP

def bmp(w, h, bits, data, palette=b"", compression=0, masks=b"", top_down=False, core=False, header=None, colours=0):
    if core:
        dib = struct.pack("<IHHHH", 12, w, h, 1, bits)
    else:
        dib = struct.pack("<IiiHHIIiiII", header or 40, w, -h if top_down else h, 1, bits, compression, len(data), 0, 0, colours, 0)
        if header:
            dib += masks + bytes(header - 40 - len(masks))
            masks = b""
    offset = 14 + len(dib) + len(masks) + len(palette)
    return struct.pack("<2sIHHI", b"BM", offset + len(data), 0, 0, offset) + dib + masks + palette + data


def rows(w, h, bits):
    stride = (w * bits + 31) // 32 * 4
    return bytes(rnd.randrange(256) for _ in range(stride * h))


for bits in (1, 4, 8, 16, 24, 32):
    for top_down in (False, True):
        colours = bytes(rnd.randrange(256) for _ in range(4 << bits)) if bits <= 8 else b""
        decoded(f"bmp {bits} bits top down {top_down}", bmp(11, 6, bits, rows(11, 6, bits), colours, top_down=top_down))
decoded("bmp grey", bmp(11, 6, 8, rows(11, 6, 8), b"".join(bytes([i, i, i, 0]) for i in range(256))))
decoded("bmp black and white", bmp(11, 6, 1, rows(11, 6, 1), b"\0\0\0\0\xff\xff\xff\0"))
decoded("bmp few colours", bmp(11, 6, 8, bytes(rnd.randrange(5) for _ in range(72)), bytes(range(20)), colours=5))
decoded("bmp core", bmp(11, 6, 8, rows(11, 6, 8), bytes(rnd.randrange(256) for _ in range(768)), core=True))
decoded("bmp core 24", bmp(11, 6, 24, rows(11, 6, 24), core=True))
I = lambda *m: b"".join(struct.pack("<I", v) for v in m)
decoded("bmp 565", bmp(11, 6, 16, rows(11, 6, 16), compression=3, masks=I(0xF800, 0x7E0, 0x1F)))
decoded("bmp 555 fields", bmp(11, 6, 16, rows(11, 6, 16), compression=3, masks=I(0x7C00, 0x3E0, 0x1F)))
for masks in ((0xFF0000, 0xFF00, 0xFF, 0), (0xFF000000, 0xFF0000, 0xFF00, 0), (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
              (0xFF0000, 0xFF00, 0xFF, 0xFF000000), (0xFF000000, 0xFF0000, 0xFF00, 0xFF), (0, 0, 0, 0)):
    decoded(f"bmp 32 fields {masks[0]:x} {masks[3]:x}", bmp(7, 5, 32, rows(7, 5, 32), compression=3, masks=I(*masks), header=108), alpha=masks[3] != 0 or masks[0] == 0)
colours = bytes(rnd.randrange(256) for _ in range(1024))
decoded("bmp rle8", bmp(6, 4, 8, bytes([6, 9, 0, 0, 0, 3, 1, 2, 3, 0, 3, 200, 0, 0, 0, 2, 2, 1, 0, 2, 0, 1, 4, 77, 0, 1]), colours, compression=1))
decoded("bmp rle4", bmp(6, 4, 4, bytes([6, 0x19, 0, 0, 0, 5, 0x12, 0x34, 0x50, 0, 1, 0x77, 0, 0, 6, 0xAB, 0, 0, 6, 0x3C, 0, 1]), colours[:64], compression=2))

# GIF

def gif(frames, **options):
    return saved(frames[0], format="GIF", save_all=True, append_images=frames[1:], **options)


flat = noise("RGB", 19, 14).quantize(16)
decoded("gif", saved(flat, format="GIF", interlace=0))
decoded("gif interlaced", saved(flat, format="GIF", interlace=1))
decoded("gif many colours", saved(noise("RGB", 64, 64).quantize(256), format="GIF"))
decoded("gif grey", saved(noise("L", 33, 20), format="GIF"))
clear = noise("RGBA", 15, 9)
clear.putalpha(clear.getchannel("A").point(lambda v: 255 if v > 90 else 0))
decoded("gif clear", saved(clear, format="GIF"), alpha=True)


def sub(w, h, local, at, disposal, transparent, interlaced=0, colours=8):
    """One raw frame; pixels as codes that never grow (a clear code every few pixels)."""
    bits = 3
    codes, stream, n = [], 0, 0
    pixels = [rnd.randrange(colours) for _ in range(w * h)]
    for i, p in enumerate(pixels):
        if i % 5 == 0:
            codes.append(8)
        codes.append(p)
    codes.append(9)
    for c in codes:
        stream |= c << n
        n += 4
    data = stream.to_bytes((n + 7) // 8, "little")
    blocks = b"".join(bytes([len(data[i:i + 255])]) + data[i:i + 255] for i in range(0, len(data), 255)) + b"\0"
    control = b"!\xf9\4" + bytes([disposal << 2 | (transparent >= 0)]) + b"\0\0" + bytes([max(0, transparent)]) + b"\0"
    palette = bytes(rnd.randrange(256) for _ in range(24)) if local else b""
    flags = (0x82 if local else 0) | interlaced << 6
    return control + b"," + struct.pack("<HHHHB", *at, w, h, flags) + palette + bytes([bits]) + blocks


def raw_gif(w, h, frames, background=0):
    return (b"GIF89a" + struct.pack("<HHBBB", w, h, 0x82, background, 0) + bytes(rnd.randrange(256) for _ in range(24))
            + b"!\xfe\5hello\0" + b"".join(frames) + b";")


for disposal in range(4):
    for transparent in (-1, 3):
        data = raw_gif(12, 10, [
            sub(12, 10, False, (0, 0), disposal, transparent),
            sub(5, 4, True, (2, 3), disposal, transparent),
            sub(6, 6, False, (4, 1), disposal, transparent, interlaced=1),
            sub(3, 9, True, (9, 1), 0, -1)], background=2)
        for frame in range(4):
            decoded(f"gif disposal {disposal} clear {transparent} frame {frame}", data, ("RGB",), frame)
decoded("gif part of the screen", raw_gif(12, 10, [sub(5, 4, False, (3, 3), 0, -1)]))
decoded("gif part of the clear screen", raw_gif(12, 10, [sub(5, 4, False, (3, 3), 0, 5)]), alpha=True)
decoded("gif beyond the screen", raw_gif(4, 4, [sub(5, 4, False, (3, 3), 0, -1)]))

# Resizing

FILTERS = {"nearest": Image.Resampling.NEAREST, "bilinear": Image.Resampling.BILINEAR,
           "bicubic": Image.Resampling.BICUBIC, "lanczos": Image.Resampling.LANCZOS}
sources = {(mode, size): saved(noise(mode, *size), format="PNG")
           for mode in ("L", "RGB") for size in ((28, 28), (41, 23), (3, 350), (350, 3), (1, 1))}
for (mode, size), data in sources.items():
    for name, method in FILTERS.items():
        for to in ((28, 28), (7, 60), (64, 5), (41, 23), (41, 9), (11, 23), (1, 1)):
            if mode == "L" and to in ((1, 1), (41, 9)):
                continue
            im = Image.open(io.BytesIO(data))
            emit(f"resize {mode} {size} {name} {to}", data, im.resize(to, method), color=mode, frame=0,
                 resize={"width": to[0], "height": to[1], "filter": name, "fit": "stretch"})
            if to in ((28, 28), (7, 60), (64, 5)) and mode == "RGB":
                try:
                    emit(f"crop {mode} {size} {name} {to}", data, ImageOps.fit(im, to, method), color=mode, frame=0,
                         resize={"width": to[0], "height": to[1], "filter": name, "fit": "crop"})
                    emit(f"pad {mode} {size} {name} {to}", data, ImageOps.pad(im, to, method), color=mode, frame=0,
                         resize={"width": to[0], "height": to[1], "filter": name, "fit": "pad"})
                except ValueError as e:
                    print(size, name, to, e)

with open(os.path.join(OUT, "pillow.jsonl"), "w") as f:
    f.write("\n".join(lines) + "\n")
print(len(lines), "cases", sum(map(len, lines)), "bytes")
