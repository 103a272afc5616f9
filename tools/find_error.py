"""Find the section about an error, as the box on the site does.

Usage: python -m tools.find_error TEXT
       python train.py 2>&1 | python -m tools.find_error
"""

from __future__ import annotations

import sys

from sphinxext.finder_data import NAME, parse
from sphinxext.finder_match import Finder
from tools.say import fail
from tools.workspace import SITE

SHOWN = 5


def main() -> None:
    """Print the best sections, or the families where none is like the text."""
    text = " ".join(sys.argv[1:]) or sys.stdin.buffer.read().decode("utf-8", "replace")
    if not text.strip():
        fail("No text. Give the message as an argument or on standard input.")
    path = SITE / "_static" / NAME
    if not path.exists():
        fail(f"{path} is missing: the messages are read from the site. Run make html.")
    data = parse(path.read_text("utf-8"))
    families = data["families"]
    found = Finder(data).find(text)[:SHOWN]
    for number in found:
        family, anchor, title, _ = data["sections"][number]
        uri, name = families[family]
        print(f"{title}\n    {name}: {SITE / uri}#{anchor}")
    if not found:
        print("No message of autograd reads like this. The families:")
        for uri, name in families:
            print(f"    {name}: {SITE / uri}")
        raise SystemExit(1)


if __name__ == "__main__":
    main()
