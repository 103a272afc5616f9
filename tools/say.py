"""How a command ends: with one line that says what to do."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import NoReturn

FULL = 16 * 2**20
"""Fewer free bytes than this, and a failure is put down to the full disk."""


def fail(text: str, status: int = 1) -> NoReturn:
    """Print ``text`` as the last line and exit with ``status``."""
    print(f"\n{text}", file=sys.stderr, flush=True)
    raise SystemExit(status)


def disk_is_full(folder: Path) -> bool:
    """Tell whether the disk that holds ``folder`` has no room left."""
    return shutil.disk_usage(folder).free < FULL
