"""The verbs: python -m app check | load | serve | openapi."""

import sys

from app.cli import main

sys.exit(main())
