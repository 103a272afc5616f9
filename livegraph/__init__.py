"""Draw a live autograd graph with its values and gradients, step by step."""

from livegraph.graph import Edge, Graph, Node, Value
from livegraph.record import record, snapshot
from livegraph.text import text

__all__ = ["Edge", "Graph", "Node", "Value", "record", "snapshot", "text"]
