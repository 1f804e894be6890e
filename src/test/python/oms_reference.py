"""Signatures of the reference tool of OpenSSF Model Signing, for `signing/ReferenceTest`.

    python -m venv venv && venv/bin/pip install model-signing==1.1.1 pyopenssl
    venv/bin/python src/test/python/oms_reference.py src/test/resources/signing

Keys and certificates are made anew at each run, are valid for a hundred years and protect nothing.
"""

import datetime
import json
import pathlib
import sys

import model_signing
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = pathlib.Path(sys.argv[1])
BUNDLE = ROOT / "bundle"
FROM = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
TO = datetime.datetime(2126, 1, 1, tzinfo=datetime.timezone.utc)


def bundle():
    # notes.txt comes before notes/ by its bytes, and after it by its parts.
    (BUNDLE / "notes").mkdir(parents=True, exist_ok=True)
    manifest = {
        "format": "slipway/1",
        "model": {"name": "signed", "file": "model.onnx"},
        "input": {"object": "record", "fields": [{"name": "x", "type": "number"}]},
        "preprocessing": [
            {"op": "number", "in": "x"},
            {"op": "concat", "in": ["x"], "out": "features"},
        ],
        "tensors": [{"name": "f", "from": "features", "dtype": "float32", "shape": [-1, 1]}],
        "output": {"kind": "value", "name": "y", "tensor": "y"},
        "examples": {"file": "examples.jsonl"},
    }
    (BUNDLE / "bundle.json").write_text(json.dumps(manifest, indent=1) + "\n")
    (BUNDLE / "examples.jsonl").write_text('{"object":{"x":1},"output":{"y":2}}\n')
    (BUNDLE / "model.onnx").write_bytes(b"no model")
    (BUNDLE / "notes.txt").write_text("before\n")
    (BUNDLE / "notes" / "more.txt").write_text("after\n")
    (BUNDLE / "empty.txt").write_bytes(b"")


def write_key(name, key, form):
    pem = serialization.Encoding.PEM
    (ROOT / f"{name}.key").write_bytes(
        key.private_bytes(pem, form, serialization.NoEncryption())
    )
    (ROOT / f"{name}.pem").write_bytes(
        key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def certificate(name, key, issuer, issuer_key, extensions, until=TO):
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer.subject if issuer else x509.Name(
            [x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(until)
    )
    for extension, critical in extensions:
        built = built.add_extension(extension, critical)
    return built.sign(issuer_key, hashes.SHA256())


def usage(signature, authority):
    return (
        x509.KeyUsage(signature, False, False, False, False, authority, authority, False, False),
        True,
    )


def write_certificates(name, *certificates):
    (ROOT / name).write_bytes(
        b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)
    )


def main():
    bundle()
    traditional = serialization.PrivateFormat.TraditionalOpenSSL
    pkcs8 = serialization.PrivateFormat.PKCS8
    for name, curve, form in (
        ("release", ec.SECP256R1(), traditional),
        ("p384", ec.SECP384R1(), pkcs8),
        ("p521", ec.SECP521R1(), traditional),
    ):
        write_key(name, ec.generate_private_key(curve), form)
        model_signing.signing.Config().use_elliptic_key_signer(
            private_key=ROOT / f"{name}.key"
        ).sign(BUNDLE, ROOT / f"{name}.sig")

    root_key, middle_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    authority = [(x509.BasicConstraints(True, None), True), usage(False, True)]
    root = certificate("Root of the tests", root_key, None, root_key, authority)
    middle = certificate("Middle of the tests", middle_key, root, root_key, authority)
    mail = x509.SubjectAlternativeName([x509.RFC822Name("trainer@example.com")])
    signs = [(x509.BasicConstraints(False, None), True), usage(True, False), (mail, False)]
    leaf = certificate("Trainer", leaf_key, middle, middle_key, signs)
    write_key("trainer", leaf_key, pkcs8)
    write_certificates("root.crt", root)
    write_certificates("middle.crt", middle)
    write_certificates("trainer.crt", leaf, middle)
    (ROOT / "leaf.tmp").write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    model_signing.signing.Config().use_certificate_signer(
        private_key=ROOT / "trainer.key",
        signing_certificate=ROOT / "leaf.tmp",
        certificate_chain=[ROOT / "middle.crt"],
    ).sign(BUNDLE, ROOT / "trainer.sig")
    (ROOT / "leaf.tmp").unlink()

    # Of the same key: one that may not sign, and one that is over.
    encipher = x509.KeyUsage(False, False, True, False, False, False, False, False, False)
    may_not = [signs[0], (encipher, True)]
    write_certificates("may-not.crt", certificate("Server", leaf_key, root, root_key, may_not))
    over = datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)
    write_certificates("over.crt", certificate("Past", leaf_key, root, root_key, signs, over))


main()
