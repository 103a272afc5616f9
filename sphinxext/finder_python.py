"""What Python itself says to any program: words that name no library.

The messages are raised here, so that they are those of the Python that builds.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from functools import cache

from sphinxext.finder_tokens import TYPES, Token
from sphinxext.finder_words import whole

SAYINGS = """\
None.x
math.x
str.x
math()
nothing()
nothing[0]
nothing["x"] = 0
len(None)
iter(None)
next(None)
abs("")
-""
1 + ""
1 < ""
one()
one(1, 2)
none(1)
none(1, 2)
two()
two(1, 2, 3)
some(1, 2, 3)
keyword()
one(x=1)
one(1, a=1)
{}["x"]
[][0]
()[0]
int("x")
float("x")
int(None)
float(None)
some_list["x"]
"".join([0])
a, b = 0
a, b = (0,)
a, b = (0, 0, 0)
x
{[]: 0}
import missing_module
from math import missing_name
1 / 0
assert False
range("")
0 in 0
bytes.fromhex("x")
(lambda: (yield))().send(0)
open("missing")
hash([])
setattr(0, "x", 0)
setattr(Plain(), "read_only", 0)
object().x
pickle.dumps(lambda: 0)
copy.copy(sys._getframe())
with 0: pass
isinstance(0, 0)
issubclass(0, int)
int.bit_length()
inspect.signature(one).bind()
inspect.signature(one).bind(1, 2)
inspect.signature(one).bind(1, b=2)
"""
"""One line raises one message."""

SETTING = """\
import copy, inspect, math, pickle, sys
def none(): pass
def one(a): pass
def two(a, b): pass
def some(a, b=1): pass
def keyword(*, a): pass
nothing, some_list = None, [0]
class Plain:
    read_only = property()
"""


def words(tokens: Iterable[Token]) -> tuple[str, ...]:
    """Return what a message says apart from its names: the exception and the words."""
    return tuple(t.text for t in tokens if not t.is_name or t.text.endswith(":"))


@cache
def sayings() -> tuple[tuple[Token, ...], ...]:
    """Return the messages that ``SAYINGS`` raises, once each, without names."""
    setting: dict[str, object] = {}
    exec(SETTING, setting)
    found = {}
    for line in SAYINGS.splitlines():
        try:
            exec(line, dict(setting))
        except Exception as error:
            said = whole(f"{type(error).__name__}: {error}")
            found[words(said)] = said
    return tuple(found.values())


@cache
def known() -> frozenset[str]:
    """Return names, in small letters, that any Python program may hold."""
    own = {*dir(builtins), *dir(object), *dir(lambda: 0), "NoneType", "__call__"}
    return frozenset(name.lower() for name in own) | TYPES


def is_pythons(tokens: Iterable[Token]) -> bool:
    """Tell whether a message says what Python says, but for its names."""
    return words(tokens) in {words(said) for said in sayings()}
