"""The picture that other sites show beside a link: a lesson's own graph as PNG."""

from __future__ import annotations

import re
from html import escape
from importlib.util import find_spec
from pathlib import Path

from sphinxext.graphs import load

SIZE = (1200, 630)
"""Width and height in pixels, as the sites that show it ask for."""
FOLDER = "_share"

MARGIN, FOOT = 48, 84
LARGEST = 2.4
"""How much a small graph grows."""
INK, LINE, PAPER = "#18202c", "#3a4bc0", "#ffffff"

MOST = SIZE[0] - 2 * MARGIN, SIZE[1] - MARGIN - FOOT

OPENING = re.compile(r'<svg [^>]*\swidth="(\d+)" height="(\d+)"[^>]*>')


def address_of(lesson: str) -> str:
    """Return the address of the lesson's picture, from the site's root."""
    return f"{FOLDER}/{lesson.replace('/', '-')}.png"


def size_of(picture: str) -> tuple[int, int]:
    """Return the width and the height that the first tag of ``picture`` says."""
    opening = OPENING.match(picture)
    assert opening is not None
    return int(opening[1]), int(opening[2])


def growth(picture: str) -> float:
    """Return by how much ``picture`` can grow."""
    wide, high = size_of(picture)
    return min(MOST[0] / wide, MOST[1] / high, LARGEST)


def card(picture: str, name: str) -> str:
    """Return an SVG of ``SIZE`` that shows ``picture`` and, below it, ``name``."""
    wide, high = size_of(picture)
    inside = picture[picture.index(">") + 1 : picture.rindex("</svg>")]
    scale = growth(picture)
    left = (SIZE[0] - wide * scale) / 2
    top = MARGIN / 2 + (MOST[1] + MARGIN / 2 - high * scale) / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE[0]}" height="{SIZE[1]}">'
        f'<rect width="{SIZE[0]}" height="{SIZE[1]}" fill="{PAPER}"/>'
        f'<rect y="{SIZE[1] - 12}" width="{SIZE[0]}" height="12" fill="{LINE}"/>'
        f'<g transform="translate({left:.2f} {top:.2f}) scale({scale:.4f})" '
        f'font-family="DejaVu Sans" font-size="12" fill="{INK}">{inside}</g>'
        f'<text x="{MARGIN}" y="{SIZE[1] - 36}" font-family="DejaVu Sans" '
        f'font-size="30" font-weight="700" fill="{INK}">{escape(name)}</text></svg>'
    )


def png(svg: str) -> bytes:
    """Draw ``svg`` with the fonts that matplotlib ships, the same everywhere."""
    import resvg_py

    found = find_spec("matplotlib")  # to import it takes longer than to draw
    assert found is not None and found.origin is not None
    fonts = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            skip_system_fonts=True,
            font_files=[str(path) for path in sorted(fonts.glob("DejaVuSans*.ttf"))],
            sans_serif_family="DejaVu Sans",
            monospace_family="DejaVu Sans Mono",
        )
    )


def write(outdir: Path, lesson: str, graph: str, name: str) -> None:
    """Write the picture of ``lesson``, whose recorded graph is the file ``graph``.

    The graph runs in that of both directions in which it is larger. Where its
    letters would shrink all the same, its shape is shown: names and lines.
    """
    from livegraph.svg import svg, thumbnail

    recorded = load(graph)
    picture = max((svg(recorded, down=down) for down in (False, True)), key=growth)
    if growth(picture) < 1:
        picture = thumbnail(recorded, theme="light")
    target = Path(outdir) / address_of(lesson)
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(png(card(picture, name)))
