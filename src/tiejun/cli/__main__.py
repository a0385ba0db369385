"""`python -m tiejun.cli` is the `tiejun` command."""

import sys

from tiejun.cli.main import main

sys.exit(main())
