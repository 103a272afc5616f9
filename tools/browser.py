"""Chromium for the tests in a browser: found, or installed where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def install() -> None:
    """Install Debian's package where this user may; else leave the machine alone."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    print("installing chromium for the tests in a browser", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    settings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "chromium"]):
        subprocess.run(
            ["apt-get", "-q", *arguments], env=settings, check=False, **quiet
        )


def chromium() -> str | None:
    """Return the path of a Chromium, installed if need be, or None."""
    path = find()
    if path is None:
        install()
        path = find()
    return path
