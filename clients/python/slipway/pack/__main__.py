"""`python -m slipway.pack FOLDER -o FILE.zip`: checks a bundle folder and packs it."""

import argparse
import sys
from pathlib import Path

from .bundle import InvalidBundle, digest, require_valid, write_zip


def main() -> int:
    """Prints the digest; 1, with the findings, where the folder is no bundle."""
    parser = argparse.ArgumentParser(prog="python -m slipway.pack", description=__doc__)
    parser.add_argument("folder", type=Path, help="the bundle as a folder, with its bundle.json")
    parser.add_argument("-o", "--output", type=Path, help="the zip to write; without it the folder is only checked")
    arguments = parser.parse_args()
    try:
        if arguments.output:
            found = write_zip(arguments.folder, arguments.output)
        else:
            require_valid(arguments.folder)
            found = digest(arguments.folder)
    except InvalidBundle as e:
        print(e, file=sys.stderr)
        return 1
    print(f"sha256:{found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
