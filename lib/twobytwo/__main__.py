"""``python -m twobytwo``."""

import sys

try:
    from twobytwo.cli import main

    status = main()
except KeyboardInterrupt:  # while the modules are still being loaded
    status = 130
sys.exit(status)
