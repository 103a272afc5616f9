"""Draw a live autograd graph with its values and gradients, step by step."""

from livegraph.graph import Edge, Graph, Node, Saved, Step, Value
from livegraph.picture import Picture
from livegraph.record import Tape, record, snapshot
from livegraph.text import text
from livegraph.words import Words, translated

__all__ = [
    "Edge", "Graph", "Node", "Picture", "Saved", "Step", "Tape", "Value", "Words",
    "record", "snapshot", "text", "translated",
]  # fmt: skip
