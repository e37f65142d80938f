"""The tests of security write archives with the builders that the tests of reading have."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "pipeline" / "reading"))
