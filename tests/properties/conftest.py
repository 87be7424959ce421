"""Property tests of the plain tools, without Odoo.

The tools are imported as `service_tools`: `from service_tools.expression import parse`.
"""

import sys
from pathlib import Path
from types import ModuleType

from hypothesis import HealthCheck, settings

TOOLS = Path(__file__).resolve().parents[2] / "service_crm" / "tools"

package = ModuleType("service_tools")
package.__path__ = [str(TOOLS)]
sys.modules["service_tools"] = package

# The same examples in every run, however slow the machine: a failure is a bug.
settings.register_profile(
    "sandbox",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("sandbox")
