import sys
from pathlib import Path

# The interpreter of bundles that the tests of the package use, too.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "clients" / "python" / "tests"))
