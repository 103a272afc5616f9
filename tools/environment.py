"""Make a virtual environment with the pins of one requirements file.

Usage: python3 -m tools.environment FOLDER REQUIREMENTS
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from tools.pins import fingerprint, lines_of
from tools.say import disk_is_full, fail

OLDEST = (3, 11)


def python_of(folder: Path) -> Path:
    """Return the interpreter of the environment in ``folder``."""
    return folder / "bin" / "python"


def ready(folder: Path, requirements: Path) -> bool:
    """Tell whether ``folder`` was made, to the end, from these requirements."""
    stamp = folder / "installed"
    return (
        python_of(folder).exists()
        and stamp.exists()
        and stamp.read_text("utf-8") == fingerprint(requirements)
    )


def make(folder: Path, requirements: Path) -> None:
    """Create ``folder`` and install ``requirements`` in it, or exit with the reason."""
    if ready(folder, requirements):
        return
    pins = lines_of(requirements)
    print(f"making {folder}: {len(pins)} packages, once", flush=True)
    (folder / "installed").unlink(missing_ok=True)
    try:
        venv.create(folder, with_pip=True, clear=folder.exists())
    except (OSError, subprocess.CalledProcessError) as error:
        fail(
            f"{folder} can't be made ({error}). Free some disk space, or install your "
            "system's package for venv (python3-venv), and run the same command again."
        )
    install(folder, requirements, len(pins))
    (folder / "installed").write_text(fingerprint(requirements), "utf-8")


def install(folder: Path, requirements: Path, count: int) -> None:
    """Let pip install ``requirements``, one line a package."""
    command = [
        *(str(python_of(folder)), "-m", "pip", "install"),
        *("--disable-pip-version-check", "--progress-bar", "off"),
        *("-r", str(requirements)),
    ]
    pip = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    log = []
    number = 0
    assert pip.stdout is not None
    for line in pip.stdout:
        log.append(line)
        if line.startswith(("Collecting ", "Processing ")):
            number += 1
            name = line.split()[1].rpartition("/")[2]
            # torch may bring packages that nothing pins
            print(f"  {number} of {max(number, count)}: {name}", flush=True)
        elif line.startswith("Installing collected"):
            print("  installing", flush=True)
    if pip.wait() == 0:
        return
    if disk_is_full(folder):
        fail("The disk is full. Free some space and run the same command again.")
    errors = [line.strip() for line in log if line.startswith("ERROR")]
    fail(
        f"pip could not install {requirements.name}: {' '.join(errors[:2])}\n"
        "Check the network connection (or pip's index settings) and run the same "
        "command again; nothing else was changed."
    )


def main() -> None:
    """Read the two arguments and make the environment."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        fail(
            f"Python 3.11 or later is needed, and this is {found}. "
            "Name another one: make html PYTHON=python3.12"
        )
    folder, requirements = map(Path, sys.argv[1:])
    make(folder, requirements)


if __name__ == "__main__":
    main()
