"""A script starts as torch starts, whatever ran before it, and leaves no trace."""

import os
import random
import subprocess
import sys
import warnings

import matplotlib
import numpy
import pytest
import torch
from conftest import ROOT
from matplotlib import pyplot
from torch.nn.modules import module

from sphinxext.state import fresh, isolated

LEAKS = {
    "warnings": (
        lambda: warnings.simplefilter("ignore"),
        lambda: [entry[0] for entry in warnings.filters],
    ),
    "warn always": (
        lambda: torch.set_warn_always(False),
        torch.is_warn_always_enabled,
    ),
    "precision": (
        lambda: torch.set_printoptions(precision=1),
        lambda: repr(torch.tensor(1.23456)),
    ),
    "scientific": (
        lambda: torch.set_printoptions(sci_mode=True),
        lambda: repr(torch.tensor(1.5)),
    ),
    "dtype": (
        lambda: torch.set_default_dtype(torch.float64),
        torch.get_default_dtype,
    ),
    "device": (
        lambda: torch.set_default_device("meta"),
        lambda: str(torch.get_default_device()),
    ),
    "grad mode": (lambda: torch.set_grad_enabled(False), torch.is_grad_enabled),
    "threads": (lambda: torch.set_num_threads(2), torch.get_num_threads),
    "torch's seed": (lambda: torch.manual_seed(5), lambda: torch.rand(1).item()),
    "deterministic": (
        lambda: torch.use_deterministic_algorithms(True),
        torch.are_deterministic_algorithms_enabled,
    ),
    "anomaly": (
        lambda: torch.autograd.set_detect_anomaly(True),
        torch.is_anomaly_enabled,
    ),
    "multithreading": (
        lambda: torch.autograd.set_multithreading_enabled(False),
        torch._C._is_multithreading_enabled,
    ),
    "hooks": (
        lambda: module.register_module_forward_hook(print),
        lambda: len(module._global_forward_hooks),
    ),
    "full backward hook": (
        lambda: module.register_module_full_backward_hook(print),
        lambda: module._global_is_full_backward_hook,
    ),
    "numpy's edges": (
        lambda: numpy.set_printoptions(edgeitems=1),
        lambda: repr(numpy.arange(2000)),
    ),
    "numpy's lines": (
        lambda: numpy.set_printoptions(linewidth=20),
        lambda: numpy.get_printoptions()["linewidth"],
    ),
    "numpy's precision": (
        lambda: numpy.set_printoptions(precision=1),
        lambda: numpy.get_printoptions()["precision"],
    ),
    "numpy's small numbers": (
        lambda: numpy.set_printoptions(suppress=True),
        lambda: repr(numpy.array(1e-9)),
    ),
    "numpy's errors": (lambda: numpy.seterr(all="ignore"), numpy.geterr),
    "numpy's seed": (lambda: numpy.random.seed(5), numpy.random.rand),
    "Python's seed": (lambda: random.seed(5), random.random),
    "figures": (lambda: [pyplot.figure(), pyplot.figure()], pyplot.get_fignums),
    "style": (
        lambda: matplotlib.rcParams.update({"font.size": 7}),
        lambda: matplotlib.rcParams["font.size"],
    ),
}
STARTS = {
    "warnings": ["ignore", "error"],
    "warn always": True,
    "precision": "tensor(1.2346)",
    "scientific": "tensor(1.5000)",
    "dtype": torch.float32,
    "device": "cpu",
    "grad mode": True,
    "threads": 1,
    "torch's seed": 0.49625658988952637,
    "deterministic": False,
    "anomaly": False,
    "multithreading": True,
    "hooks": 0,
    "full backward hook": None,
    "numpy's edges": "array([   0,    1,    2, ..., 1997, 1998, 1999], shape=(2000,))",
    "numpy's lines": 75,
    "numpy's precision": 8,
    "numpy's small numbers": "array(1.e-09)",
    "numpy's errors": dict.fromkeys(("divide", "over", "under", "invalid"), "warn"),
    "numpy's seed": 0.5488135039273248,
    "Python's seed": 0.8444218515250481,
    "figures": [],
    "style": 10.0,
}


@pytest.mark.parametrize("name", LEAKS)
def test_nothing_is_left_of_what_a_script_set(name):
    leak, read = LEAKS[name]
    try:
        leak()
        left = read()
        fresh()
        assert STARTS[name] == read()
        assert left != STARTS[name]
    finally:
        fresh()


def test_only_what_is_collected_late_does_not_warn():
    fresh()

    with pytest.raises(UserWarning):
        warnings.warn("a script's", UserWarning, stacklevel=1)
    with pytest.raises(DeprecationWarning):
        warnings.warn("a library's", DeprecationWarning, stacklevel=1)
    warnings.warn("an open file", ResourceWarning, stacklevel=1)


def test_the_process_is_as_it_was_after_a_script(tmp_path):
    folder, path, shown = os.getcwd(), sys.path[:], warnings.filters[:]
    os.environ["KEPT"] = "yes"

    with isolated():
        assert torch.is_warn_always_enabled()
        assert ("error", None, Warning, None, 0) in warnings.filters
        torch.set_grad_enabled(False)
        os.chdir(tmp_path)
        sys.path.insert(0, str(tmp_path))
        os.environ["LEFT"] = "behind"
        del os.environ["KEPT"]

    assert torch.is_grad_enabled()
    assert (folder, path) == (os.getcwd(), sys.path)
    assert shown == warnings.filters
    assert "LEFT" not in os.environ
    assert "yes" == os.environ.pop("KEPT")


def test_a_script_that_raises_leaves_nothing_either(tmp_path):
    folder = os.getcwd()

    with pytest.raises(ZeroDivisionError), isolated():
        torch.set_default_dtype(torch.float64)
        os.chdir(tmp_path)
        raise ZeroDivisionError

    assert torch.float32 == torch.get_default_dtype()
    assert folder == os.getcwd()


def test_a_script_starts_afresh_also_after_one_that_nobody_isolated():
    torch.manual_seed(5)

    with isolated():
        assert STARTS["torch's seed"] == torch.rand(1).item()


START = """
import gc, sys
from sphinxext.forward_mode import NAME
from sphinxext.state import fresh
assert "torch" not in sys.modules
fresh()
import torch
assert NAME not in sys.modules
assert not {"matplotlib", "sympy"} & sys.modules.keys()
assert torch.get_num_interop_threads() == 1
frozen = gc.get_freeze_count()
assert frozen > 100_000, frozen
kept = [[] for _ in range(1000)]
fresh()
assert gc.get_freeze_count() <= frozen
"""


def test_torch_is_imported_once_at_the_first_start_and_out_of_the_collectors_way():
    done = subprocess.run(
        [sys.executable, "-c", START],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)


FORWARD = """
import sys, warnings
from sphinxext.forward_mode import NAME
from sphinxext.state import fresh
fresh()
import torch
from torch.autograd.forward_ad import dual_level, make_dual, unpack_dual
with dual_level():
    x = make_dual(torch.tensor(3.0), torch.tensor(1.0))
    assert unpack_dual(x * x).tangent == 6
assert NAME in sys.modules
try:
    warnings.warn("a script's")
except UserWarning:
    print("still an error")
"""


def test_forward_mode_is_imported_when_it_is_used_and_its_warning_is_nobodys():
    done = subprocess.run(
        [sys.executable, "-c", FORWARD],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ("", "still an error\n", 0) == (done.stderr, done.stdout, done.returncode)
