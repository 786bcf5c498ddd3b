"""Run a verb of the command line: `python -m app --help` lists them."""

import sys

from app.cli import main

sys.exit(main())
