"""Draw what a script computed: ``python -m livegraph script.py -o graph.html``."""

from __future__ import annotations

import argparse
import sys
import types
from pathlib import Path
from typing import Any

import torch

from livegraph.picture import FORMS, Picture
from livegraph.record import record


def main() -> int:
    """Run the script under a tape and save the picture; return the exit code."""
    options = _options(sys.argv[1:])
    sys.argv = [options.script, *options.arguments]
    sys.path.insert(0, str(Path(options.script).resolve().parent))
    # What the script defines must be found in __main__, by pickle for one.
    module = types.ModuleType("__main__")
    module.__file__ = options.script
    sys.modules["__main__"] = module
    variables = module.__dict__
    code = compile(Path(options.script).read_bytes(), options.script, "exec")
    tape = record(names=variables)
    status = 0
    with tape:
        try:
            exec(code, variables)
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else bool(stop.code)
    try:
        root = options.root or _last_root(variables, options.script)
        graph = tape.graph(root)
        path = Picture(graph).save(options.output)
    except (OSError, TypeError, ValueError) as error:
        print(f"livegraph: {error}", file=sys.stderr)
        return 1
    print(f"{path}: the graph of {root}, {len(graph.nodes)} cards")
    return int(status)


def _options(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m livegraph",
        description="Run a script and draw the autograd graph of one of its tensors.",
    )
    parser.add_argument("script", help="the Python file to run")
    parser.add_argument(
        "arguments",
        nargs="*",
        default=[],
        help="what the script gets in sys.argv; options of its own stand after --",
    )
    parser.add_argument(
        "-o",
        "--output",
        default="graph.html",
        help=f"where to write; the ending picks the form: {', '.join(FORMS)}",
    )
    parser.add_argument(
        "-r",
        "--root",
        help="name of the tensor to draw (default: the last that needs a gradient)",
    )
    end = given.index("--") if "--" in given else len(given)
    options, unknown = parser.parse_known_intermixed_args(given[:end])
    if unknown:
        parser.error(
            f"unrecognized arguments: {' '.join(unknown)}: options of the script "
            "stand after --, at the end"
        )
    options.arguments = [*options.arguments, *given[end + 1 :]]
    if not Path(options.script).is_file():
        parser.error(f"no file {options.script!r}: name the script to run")
    if Path(options.output).suffix.lower() not in FORMS:
        parser.error(f"output {options.output!r} must end in one of {', '.join(FORMS)}")
    return options


def _last_root(variables: dict[str, Any], script: str) -> str:
    """Return the name of the non-leaf tensor that was made last.

    Raises ValueError where the script left none.
    """
    made = {
        name: value.grad_fn._sequence_nr()
        for name, value in variables.items()
        if isinstance(value, torch.Tensor) and value.grad_fn is not None
    }
    if not made:
        raise ValueError(
            f"{script} left no variable with a tensor that needs a gradient. "
            "Compute one from a tensor with requires_grad=True, and keep it in a "
            "variable of the script"
        )
    return max(made, key=made.__getitem__)


if __name__ == "__main__":
    sys.exit(main())
