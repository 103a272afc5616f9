"""What the error pages prove, read from their text and not by the extension."""

from __future__ import annotations

import doctest
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PART = re.compile(
    r"^\((?P<anchor>\S+)\)=$|^:name: (?P<name>\S+)$"
    r"|^```\{doctest\} \S+\n(?P<code>.*?)^```|^```\{older\}[^\n]*\n(?P<older>.*?)^```",
    re.DOTALL | re.MULTILINE,
)
WARNED = re.compile(r"print\(\w+\[-?\d+\]\.message\)")
KEPT = re.compile(r"print\((?:message\.|(?:re\.sub|textwrap\.indent)\(.*\bmessage\b)")
TRIGGERED = re.compile(r"\(Triggered internally at \.\.\.:\d+\.\)")
QUOTED = r"(?<=['\"`]){}(?=['\"`])"
DTYPES = (
    "Float",
    "Double",
    "Half",
    "BFloat16",
    "Long",
    "ComplexFloat",
    "ComplexDouble",
)
TORCH_DTYPES = ("float16", "float32", "float64", "int32", "int64", "complex64")
TRACEBACK = """\
Traceback (most recent call last):
  File "/home/zhang san/项目/train.py", line 42, in <module>
    main()
  File "/home/zhang san/项目/train.py", line 17, in main
    loss.backward()
    ~~~~~~~~~~~~~^^
  File "C:\\venv\\Lib\\site-packages\\torch\\_tensor.py", line 626, in backward
    torch.autograd.backward(
"""


@dataclass(frozen=True)
class Proven:
    """A message, where it stands, and what its example calls things."""

    page: str
    anchor: str
    text: str
    kind: str
    """The exception's name, "" for a warning or an older wording."""
    code: str

    @property
    def whole(self) -> str:
        """The message as Python prints it."""
        return f"{self.kind}: {self.text}" if self.kind else self.text

    @property
    def place(self) -> tuple[str, str]:
        """Where the section stands."""
        return self.page, self.anchor


def proven(folder: Path) -> list[Proven]:
    """Return every message of the error pages in ``folder``."""
    return [found for path in sorted(folder.glob("*.md")) for found in on_page(path)]


def on_page(path: Path) -> Iterator[Proven]:
    """Yield the messages of one page."""
    place, code = "", ""
    for part in PART.finditer(path.read_text("utf-8")):
        if part["anchor"] or part["name"]:
            place, code = part["anchor"] or part["name"], ""
        elif part["older"]:
            yield Proven(path.stem, place, part["older"].strip(), "", "")
        else:
            for example in doctest.DocTestParser().get_examples(part["code"]):
                code += example.source
                kind, text = "", example.want
                if example.exc_msg:
                    kind, _, text = example.exc_msg.partition(": ")
                elif KEPT.match(example.source):
                    kind, text = treated(example)
                elif not WARNED.match(example.source):
                    continue
                text = text.replace("<BLANKLINE>", "").strip()
                yield Proven(path.stem, place, text, kind, code)


def treated(example: doctest.Example) -> tuple[str, str]:
    """Return the exception's name, if any, and the message that was printed."""
    text = example.want
    if "textwrap.indent" in example.source:
        text = "\n".join(line.removeprefix("| ") for line in text.split("\n"))
    kind, colon, rest = text.partition(": ")
    return (kind, rest) if colon and kind.endswith("Error") else ("", text)


def renamed(message: Proven, seed: int) -> str:
    """Return the message with other names, numbers, shapes, dtypes and addresses."""
    rng = random.Random(seed)
    text = message.text
    classes = set(re.findall(r"^\s*class (\w+)", message.code, re.MULTILINE))
    own = set(re.findall(r"^(?:def )?(\w+)(?= = |\()", message.code, re.MULTILINE))
    for name in sorted(classes):
        text = re.sub(rf"\b{name}(?=\b|Backward)", f"My{name}Too", text)
    for name in sorted(own - classes):
        text = re.sub(QUOTED.format(re.escape(name)), f"my_{name}", text)
    text = re.sub(r"0x\.\.\.", lambda _: hex(rng.getrandbits(46)), text)
    text = re.sub(r"\[\d+(, \d+)*\]", lambda _: str(sizes(rng)), text)
    text = re.sub(r"(?<![\w.])\d+(?![\w.])", lambda found: str(int(found[0]) + 3), text)
    names = "|".join(DTYPES)
    text = re.sub(rf"\b(?:{names})\b", lambda _: rng.choice(DTYPES), text)
    names = "|".join(TORCH_DTYPES)
    pattern = rf"\btorch\.(?:{names})\b"
    return re.sub(pattern, lambda _: f"torch.{rng.choice(TORCH_DTYPES)}", text)


def sizes(rng: random.Random) -> list[int]:
    """Return the sizes of a tensor."""
    return [rng.randrange(1, 512) for _ in range(rng.randrange(1, 5))]


def in_traceback(message: Proven, text: str) -> str:
    """Return ``text`` as a terminal shows it, with the paths of a machine."""
    if not message.kind:
        built = (
            "(Triggered internally at /pytorch/torch/csrc/autograd/engine.cpp:1318.)"
        )
        text = TRIGGERED.sub(built, text)
        return f"/home/zhang san/train.py:12: UserWarning: {text}\n  y = x.grad\n"
    return f"{TRACEBACK}{message.kind}: {text}\n"


def half(text: str) -> str:
    """Return the first half of ``text``."""
    return text[: (len(text) + 1) // 2]


@cache
def words(message: str) -> list[str]:
    """Return what a message says apart from names, numbers and types."""
    bare = re.sub(
        r"['\"`][^'\"`\s]*['\"`]?|[\w.]*(?:[_.:\d]|[a-z][A-Z])[\w.:]*", " ", message
    )
    bare = re.sub(rf"\b(?:{'|'.join(DTYPES)})\b", " ", bare)
    return re.findall(r"[a-z]+", bare.lower())


def begins(cut: str, message: str) -> bool:
    """Tell whether ``message`` begins like ``cut``, apart from names and numbers."""
    short, long = words(cut), words(message)
    *first, last = short or [""]
    return (
        long[: len(first)] == first
        and len(long) >= len(short)
        and (not short or long[len(first)].startswith(last))
    )
