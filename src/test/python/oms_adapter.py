#!/usr/bin/env python3
"""The command line as a client of the conformance suite of OpenSSF Model Signing.

    SLIPWAY_JAR=target/quarkus-app/quarkus-run.jar \
        pytest test/ --entrypoint src/test/python/oms_adapter.py --skip-sigstore

The suite (github.com/ossf/model-signing-spec, folder conformance) calls `sign-model` and
`verify-model`; here they become `slipway sign` and `slipway verify`. What the suite asks for and
Slipway does not do, on purpose, ends with 64: keyless signatures and files that nobody signed.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

NOT_DONE = 64


def main():
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(dest="verb", required=True)
    sign = verbs.add_parser("sign-model")
    sign.add_argument("--output-bundle", required=True)
    sign.add_argument("--private-key")
    sign.add_argument("--signing-cert")
    sign.add_argument("--identity-token")
    verify = verbs.add_parser("verify-model")
    verify.add_argument("--bundle", required=True)
    verify.add_argument("--public-key")
    verify.add_argument("--identity")
    verify.add_argument("--identity-provider")
    verify.add_argument("--ignore-unsigned-files", action="store_true")
    for verb in sign, verify:
        verb.add_argument("--method", required=True)
        verb.add_argument("--model-path", required=True)
        verb.add_argument("--cert-chain", action="append", default=[])
        verb.add_argument("--ignore-paths", action="append", default=[])
        verb.add_argument("--use-staging", action="store_true")
    asked = parser.parse_args()
    if asked.method == "sigstore" or getattr(asked, "ignore_unsigned_files", False):
        return NOT_DONE
    ignored = []
    for path in asked.ignore_paths:
        relative = os.path.relpath(path, asked.model_path) if os.path.isabs(path) else path
        ignored += ["--ignore", relative]
    if asked.verb == "verify-model":
        trusted = ["--key", asked.public_key] if asked.method == "key" else []
        if asked.method == "certificate":
            trusted = [part for chain in asked.cert_chain for part in ("--certificate-chain", chain)]
        return slipway(
            "verify", asked.model_path, "--signature", asked.bundle, *trusted, *ignored
        )
    how = ["--key", asked.private_key, "--output", asked.output_bundle]
    with tempfile.TemporaryDirectory() as folder:
        if asked.method == "certificate":
            chain = pathlib.Path(folder, "chain.pem")
            parts = [asked.signing_cert, *asked.cert_chain]
            chain.write_bytes(b"".join(pathlib.Path(part).read_bytes() for part in parts))
            how += ["--certificate", str(chain)]
        return slipway("sign", asked.model_path, *how, *ignored)


def slipway(*arguments):
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java")
    options = ["--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]
    jar = os.environ.get("SLIPWAY_JAR", "target/quarkus-app/quarkus-run.jar")
    return subprocess.run([java, *options, "-jar", jar, *arguments]).returncode


if __name__ == "__main__":
    sys.exit(main())
