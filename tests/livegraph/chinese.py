"""The words of pictures in Chinese, as the site says them."""

from __future__ import annotations

from pathlib import Path

from babel.messages.pofile import read_po

from livegraph.words import messages, translated

ROOT = Path(__file__).resolve().parents[2]

with (ROOT / "locale/zh_CN/LC_MESSAGES/interface.po").open("rb") as opened:
    _CATALOGUE = read_po(opened)
TEXTS = {
    text: str(found.string) if (found := _CATALOGUE.get(text)) else ""
    for text in messages().values()
}
CHINESE = translated(lambda text: TEXTS[text] or text, "zh-CN")
