"""Start of the frozen program: a missing locale counts as UTF-8, as `python` itself does (PEP 538)."""

import os

if not any(os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
    os.environ["LC_CTYPE"] = "C.UTF-8"
