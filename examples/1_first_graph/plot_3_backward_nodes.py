"""
grad_fn holds the backward step
===============================

``y.grad_fn`` is a node that turns the gradient of ``y`` into the gradients of
its inputs. It keeps the tensors that this needs, and it points to the nodes
that come next on the way to the leaves.

You need: leaves, and ``y = (x + w)(w + 1)`` with its derivatives.

You will be able to say: what a node does, what it saves, where it leads.
"""

import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)
a = w + x
b = w + 1
y = a * b
print(w.grad_fn, x.grad_fn)
print(a.grad_fn.name(), b.grad_fn.name(), y.grad_fn.name())
# > None None
# > AddBackward0 AddBackward0 MulBackward0

# %%
# The leaves have ``None``. Each of the three results has a node, and the
# names end in ``Backward0``.
#
# A node computes gradients
# -------------------------
#
# It is often said that ``grad_fn`` records the operation that made the
# tensor. The multiplication takes 3 and 2 and returns 6. What does
# ``y.grad_fn`` return when you call it with the gradient 1?

with torch.no_grad():
    print(y.grad_fn(torch.tensor([1.0])))
    print(y.grad_fn(torch.tensor([10.0])))
print(hasattr(y.grad_fn, "forward"))
# > (tensor([2.]), tensor([3.]))
# > (tensor([20.]), tensor([30.]))
# > False

# %%
# One number goes in and two come out: the gradient of ``y`` times
# :math:`\partial y/\partial a = b = 2` and times
# :math:`\partial y/\partial b = a = 3`. That is the backward step of a
# multiplication. The node is not a record of the forward operation, and it
# has no method that would run it.
#
# A node saves what its step needs
# --------------------------------
#
# To multiply by ``b`` and by ``a``, the node has to keep both. The first
# factor is saved as ``_saved_self``, the second as ``_saved_other``, and
# neither is a copy.

print(y.grad_fn._saved_self is a, y.grad_fn._saved_other is b)
# > True True

# %%
# So the product rule works from ``a`` and ``b``, not from the leaves ``w``
# and ``x``. The derivatives of a sum are 1 whatever its inputs are. What does
# the node of a sum have to save?


def saved(node):
    return [name for name in dir(node) if name.startswith("_saved")]


print(saved(y.grad_fn), saved(a.grad_fn), saved(b.grad_fn))
print(a.grad_fn._saved_alpha)
# > ['_saved_other', '_saved_self'] ['_saved_alpha'] ['_saved_alpha']
# > 1

# %%
# No tensor. ``alpha`` is the plain number of ``torch.add(w, x, alpha=1)``,
# which computes :math:`w + \alpha x`. Asking a sum for a saved input is an
# error.

try:
    kept = a.grad_fn._saved_self
except AttributeError as error:
    print(error)
# > 'AddBackward0' object has no attribute '_saved_self'

# %%
# Walk to the leaves
# ------------------
#
# ``next_functions`` lists one pair for each input of the operation: the node
# that gets the gradient, and at which of that node's inputs it arrives. An
# input of the operation that needs no gradient, like the 1 in ``w + 1``, has
# ``None``.

for tensor in (y, a, b):
    edges = tensor.grad_fn.next_functions
    print([(node and type(node).__name__, index) for node, index in edges])
print(y.grad_fn.next_functions[0][0] is a.grad_fn)
# > [('AddBackward0', 0), ('AddBackward0', 0)]
# > [('AccumulateGrad', 0), ('AccumulateGrad', 0)]
# > [('AccumulateGrad', 0), (None, 0)]
# > True

# %%
# Follow these pairs from ``y``, and visit each node once. The list of nodes
# to visit grows while the walk goes on.

nodes = [y.grad_fn]
for node in nodes:
    print(type(node).__name__)
    for following, _ in node.next_functions:
        if following is not None and following not in nodes:
            nodes.append(following)
# > MulBackward0
# > AddBackward0
# > AddBackward0
# > AccumulateGrad
# > AccumulateGrad

# %%
# Three of the edges above lead to ``AccumulateGrad``, and the walk found two
# such nodes. Each knows a tensor: ``variable`` is the leaf itself.

ends = [node for node in nodes if not node.next_functions]
print([node.variable is w for node in ends])
print([node.variable is x for node in ends])
# > [True, False]
# > [False, True]

# %%
# ``w`` has a single ``AccumulateGrad``, and both paths meet there:
# :math:`2 + 3 = 5`. ``backward()`` starts at the same node, follows the same
# edges, and ends with the two nodes that write ``.grad``.

y.backward()
print(w.grad, x.grad)
# > tensor([5.]) tensor([2.])
# graph: y

# %%
# Questions
# ---------
#
# **1.** ``c = w * 3`` and ``d = w + 3`` are computed. Which of the two nodes
# saves a tensor, and what is in it?

# answer
c = w * 3
d = w + 3
print(c.grad_fn._saved_other, c.grad_fn._saved_self)
print(saved(d.grad_fn))
# > tensor(3) None
# > ['_saved_alpha']

# %%
# The product keeps the factor 3. It does not keep ``w``, because ``w`` would
# be needed for the gradient of 3 only, and 3 needs none.

# %%
# **2.** ``w.double()`` and ``w.half()`` are different operations. If
# ``grad_fn`` recorded the operation, the two nodes would have different
# names. Do they?

# answer
print(w.double().grad_fn.name(), w.half().grad_fn.name())
# > ToCopyBackward0 ToCopyBackward0

# %%
# The backward step is the same for both: convert the gradient back to the
# type of ``w``.

# %%
# **3.** ``s = w * w``. How many edges does its node have, and to how many
# different nodes do they lead?

# answer
edges = (w * w).grad_fn.next_functions
print(len(edges), edges[0][0] is edges[1][0], edges[0][0].variable is w)
# > 2 True True

# %%
# Two edges, one for each factor, and both lead to the one
# ``AccumulateGrad`` of ``w``.
