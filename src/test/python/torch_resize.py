"""Writes torch.jsonl: what PyTorch's interpolate makes of small images, for TorchResamplerTest.

Needs torch; written with 1.13 (CPU).
"""
import json, os, random
import torch
import torch.nn.functional as F

OUT = os.path.join(os.path.dirname(__file__), "..", "resources", "pipeline", "image", "torch.jsonl")
rnd = random.Random(5)
with open(OUT, "w") as out:
    for h, w, c in ((5, 7, 3), (9, 4, 1), (1, 6, 1), (13, 13, 3), (40, 3, 1)):
        values = [rnd.randrange(256) for _ in range(h * w * c)]
        x = torch.tensor(values, dtype=torch.float32).reshape(h, w, c).permute(2, 0, 1)[None]
        for th, tw in ((3, 3), (10, 9), (5, 7), (2, 12), (1, 1)):
            for mode in ("nearest", "bilinear", "bicubic"):
                for antialias in (False, True):
                    if mode == "nearest":
                        if antialias:
                            continue
                        y = F.interpolate(x, (th, tw), mode=mode)
                    else:
                        y = F.interpolate(x, (th, tw), mode=mode, align_corners=False, antialias=antialias)
                    flat = y[0].permute(1, 2, 0).reshape(-1).tolist()
                    out.write(json.dumps({"width": w, "height": h, "channels": c, "values": values, "to_width": tw,
                                          "to_height": th, "filter": mode, "antialias": antialias,
                                          "expected": [round(v, 4) for v in flat]}) + "\n")
