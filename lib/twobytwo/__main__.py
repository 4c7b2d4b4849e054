"""``python -m twobytwo``."""

import sys

from twobytwo.cli import main

sys.exit(main())
