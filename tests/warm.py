"""Commands of the project in processes that have imported torch and Sphinx already.

A tiny site is built in one second instead of four, so a test can afford twenty.
What runs is ``python -m tools.site`` with the files of its own folder; the start
alone is saved: a server of ``multiprocessing`` imports what a build imports, each
command is a fork of it, and the Sphinx that the command starts is one more fork.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from conftest import Result

ROOT = Path(__file__).resolve().parent.parent
OURS = {str(ROOT), str(ROOT / "tests"), ""}
"""What a command must not import from: its folder has its own copy."""
SPHINX = ("sphinx", "tools.editions")
"""The modules that ``tools.site`` starts to build one language, or all."""
IMPORTED = (
    "torch._decomp.decompositions_for_jvp",
    "matplotlib.pyplot",
    "PIL.features",
    "importlib_metadata",
    "sphinx.cmd.build",
    "sphinx.builders.html",
    "sphinx.builders.epub3",
    "sphinx.builders.latex",
    "sphinx.builders.linkcheck",
    "sphinx.builders.manpage",
    "sphinx.builders.texinfo",
    "sphinx.domains.c",
    "sphinx.domains.cpp",
    "sphinx.domains.javascript",
    "sphinx.domains.python",
    "sphinx.environment.collectors.toctree",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    "myst_nb.sphinx_ext",
    "furo",
)


def become(name: str, arguments: list[str]) -> NoReturn:
    """Run a module as ``python -m`` does, and end this process as that ends."""
    sys.argv = [name, *arguments]
    sys.path[:] = [os.getcwd(), *(path for path in sys.path if path not in OURS)]
    for known in [*sys.modules]:
        if known.partition(".")[0] in ("conftest", "tools"):
            del sys.modules[known]
    status: Any = 0
    try:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        status = end.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status or 0)


def forking(real: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``subprocess.run`` that forks where Sphinx is to be started."""

    def run(command: list[str], **settings: Any) -> Any:
        if command[:2] != [sys.executable, "-m"] or command[2] not in SPHINX:
            return real(command, **settings)
        child = os.fork()
        if child == 0:
            os.environ.clear()
            os.environ.update(settings["env"])
            become(command[2], list(command[3:]))
        _, status = os.waitpid(child, 0)
        return subprocess.CompletedProcess(command, os.waitstatus_to_exitcode(status))

    return run


def work(folder: str, arguments: list[str], log: str, settings: dict[str, str]) -> None:
    """Be ``python -m tools.site`` in ``folder``, the first of a process group."""
    os.setsid()
    stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(stream, 1)
    os.dup2(stream, 2)
    os.chdir(folder)
    os.environ.update(settings)
    subprocess.run = forking(subprocess.run)
    become("tools.site", arguments)


class Command:
    """One command that runs; all that it starts is in one process group."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        """Start it."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(IMPORTED))
        handle, self.log = tempfile.mkstemp()
        os.close(handle)
        self.process = context.Process(
            target=work, args=(str(folder), list(arguments), self.log, settings)
        )
        self.process.start()

    def kill(self) -> Result:
        """Kill its whole process group; return what it had said."""
        pid = self.process.pid
        assert pid is not None
        while self.process.is_alive() and os.getpgid(pid) != pid:
            time.sleep(0.001)
        if self.process.is_alive():
            os.killpg(pid, signal.SIGKILL)
        return self.wait()

    def wait(self) -> Result:
        """Wait for its end; return its status and what it said."""
        from conftest import Result  # not above: each command would import it too

        self.process.join()
        said = Path(self.log).read_text("utf-8", errors="replace")
        Path(self.log).unlink()
        return Result(self.process.exitcode or 0, said)


def build(folder: Path, command: str = "html", **settings: str) -> Result:
    """Run one command of ``tools.site`` in ``folder`` to its end."""
    return Command(folder, command, **settings).wait()
