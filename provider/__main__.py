"""Started by Pulumi as the package's plugin: https://www.pulumi.com/docs/iac/guides/building-extending/components/build-a-component/"""

import sys
from pathlib import Path

# The package is the folder above, which Pulumi has fetched with this one; what it needs is in requirements.txt.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from berth.provider.server import main  # noqa: E402

main()
