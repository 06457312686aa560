"""pandera, loaded without what only its makers of random frames need.

Where hypothesis is installed (for tests) pandera imports it, though nobody here has frames made up: half a second of
every run. It is kept out for as long as pandera loads.
"""

from __future__ import annotations

import importlib
import sys

_KEPT_OUT = "hypothesis"

if _KEPT_OUT in sys.modules:
    import pandera.pandas as pa
else:
    sys.modules[_KEPT_OUT] = None  # type: ignore[assignment]  # an import of it now fails as if it were not there
    try:
        import pandera.pandas as pa

        importlib.import_module("pandera.strategies.pandas_strategies")
    finally:
        del sys.modules[_KEPT_OUT]

from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors  # noqa: E402 (pandera is loaded above)

__all__ = ["SchemaError", "SchemaErrorReason", "SchemaErrors", "pa"]
