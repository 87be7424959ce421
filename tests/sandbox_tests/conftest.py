"""The sandbox's own modules, for tests that need neither Odoo nor a database."""

import sys
from pathlib import Path

SANDBOX = Path(__file__).resolve().parents[1] / "sandbox"
sys.path.insert(0, str(SANDBOX))
sys.path.insert(0, str(SANDBOX / "plugins"))
