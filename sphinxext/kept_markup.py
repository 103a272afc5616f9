"""Whether a translation has the inline markup of its original."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging

logger = logging.getLogger(__name__)

LINKS = (addnodes.pending_xref, addnodes.download_reference)
"""What shows its words as code, and is counted by its target."""


def markup(parts: list[nodes.Node]) -> Counter[str]:
    """Count what the inline markup of ``parts`` shows and leads to."""
    found: Counter[str] = Counter()
    for part in parts:
        if isinstance(part, nodes.Text):
            continue
        for node in part.findall(nodes.Element):
            match node:
                case nodes.literal() if not isinstance(node.parent, LINKS):
                    found[f"code {node.astext()}"] += 1
                case nodes.math():
                    found[f"formula {' '.join(node.astext().split())}"] += 1
                case addnodes.pending_xref() | addnodes.download_reference():
                    found[f"{node['reftype']} {node['reftarget']}"] += 1
                case nodes.reference():
                    found[f"link {node.get('refuri', '')}"] += 1
                case nodes.strong() | nodes.emphasis():
                    found[node.tagname] += 1
    return found


def compare(
    before: list[nodes.Node], after: list[nodes.Node], path: Path, line: int
) -> None:
    """Warn of markup that the translation lost, or has too much of."""
    if not any(isinstance(part, nodes.Element) for part in (*before, *after)):
        return
    wanted, found = markup(before), markup(after)
    for told, parts in (("lost", wanted - found), ("not asked for", found - wanted)):
        for part in parts.elements():
            logger.warning("markup %s: %s", told, part, location=f"{path}:{line}")
