"""
A gradient adds up all paths
============================

The derivative of ``y`` by ``w`` is a sum with one term for each path from
``w`` to ``y``. Here ``w`` has two paths and ``x`` has one, and you watch each
term on its own.

You need: the derivative of a sum and of a product.

You will be able to say: which path gives which part of a gradient.
"""

import textwrap

import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)
a = w + x
b = w + 1
y = a * b
print(a.item(), b.item(), y.item())
# > 3.0 2.0 6.0

# %%
# This is :math:`y = (x + w)(w + 1)` in three steps, at ``w = 1`` and
# ``x = 2``. The argument ``requires_grad=True`` asks torch to record what is
# computed from a tensor. The record is a graph, and ``w`` enters it twice:
# into ``a`` and into ``b``.
#
# Derive both derivatives on paper
# --------------------------------
#
# Each step has small derivatives of its own.
#
# .. math::
#
#    \frac{\partial y}{\partial a} = b = 2, \quad
#    \frac{\partial y}{\partial b} = a = 3, \quad
#    \frac{\partial a}{\partial w} = 1, \quad
#    \frac{\partial a}{\partial x} = 1, \quad
#    \frac{\partial b}{\partial w} = 1
#
# The chain rule multiplies along a path and adds the paths. From ``x`` there
# is one path, over ``a``:
#
# .. math::
#
#    \frac{dy}{dx} = \frac{\partial y}{\partial a} \cdot
#    \frac{\partial a}{\partial x} = b \cdot 1 = 2
#
# From ``w`` there are two, over ``a`` and over ``b``:
#
# .. math::
#
#    \frac{dy}{dw} = \frac{\partial y}{\partial a} \cdot
#    \frac{\partial a}{\partial w} + \frac{\partial y}{\partial b} \cdot
#    \frac{\partial b}{\partial w} = b \cdot 1 + a \cdot 1 = 2 + 3 = 5
#
# Multiplied out, :math:`y = w^2 + w + xw + x`, so :math:`dy/dw = 2w + 1 + x`,
# which is 5 as well. Now let torch compute both.

y.backward()
print(w.grad, x.grad)
# > tensor([5.]) tensor([2.])
# graph: y

# %%
# See the small derivatives
# -------------------------
#
# ``torch.autograd.grad(y, a)`` returns the derivative of ``y`` by ``a`` and
# writes no ``.grad``. It takes several inputs at once, too. The product is
# computed again first, because :doc:`backward frees what the nodes saved
# </lessons/2_backward/plot_1_backward_twice>`; ``a`` and ``b`` are still good.

y = a * b
print(torch.autograd.grad(y, (a, b)))
# > (tensor([2.]), tensor([3.]))

# %%
# These are :math:`b = 2` and :math:`a = 3`. The two sums pass on a factor
# of 1 to every input.

print(torch.autograd.grad(a, (w, x)))
print(torch.autograd.grad(b, w))
# > (tensor([1.]), tensor([1.]))
# > (tensor([1.]),)

# %%
# Cut one path
# ------------
#
# ``a.detach()`` has the value of ``a`` and no connection to ``w``. With it in
# the product, the path over ``a`` is gone. Which of the two terms is left?

over_b = a.detach() * b
print(over_b.item(), torch.autograd.grad(over_b, w))
# > 6.0 (tensor([3.]),)

# %%
# The value is still 6, and the derivative is the term over ``b`` alone. Now
# cut the other path. The term over ``a`` is left for ``w``, and ``x`` keeps
# the only path that it has.

over_a = a * b.detach()
print(torch.autograd.grad(over_a, (w, x)))
# > (tensor([2.]), tensor([2.]))

# %%
# The two terms are 3 and 2, and 3 + 2 = 5. In ``over_b`` no path leads from
# ``x``, and torch says so instead of returning a number.

over_b = a.detach() * b
try:
    torch.autograd.grad(over_b, x)
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > The differentiated Tensor at index 0 appears to not have been used in the
# > graph. Set allow_unused=True if this is the desired behavior.

# %%
# One graph, two drawings
# -----------------------
#
# It is often said that autograd starts a new graph after each
# ``backward()``. The lines that compute build the graph, and each result
# joins the graph of its inputs. This product is new, no ``backward()`` has
# seen it, and it leads to the ``a`` and ``b`` of the first cell.

y = a * b
print(y.grad_fn.name())
print([node.name() for node, _ in y.grad_fn.next_functions])
print(y.grad_fn.next_functions[0][0] is a.grad_fn)
# > MulBackward0
# > ['AddBackward0', 'AddBackward0']
# > True

# %%
# Some drawings have arrows from ``w`` to ``a`` to ``y``: the way of the
# values, forward. Others have arrows from ``y`` to ``a`` to ``w``: the way of
# the gradients, backward, as ``next_functions`` stores it. Both draw the same
# graph, and a path in one is the same path in the other, walked from the
# other end.

# %%
# Questions
# ---------
#
# **1.** ``p = w * w`` uses ``w`` twice, and nothing else. What is ``dp/dw``
# at ``w = 4``, and what would be left if one of the two paths were cut?

# answer
w = torch.tensor([4.0], requires_grad=True)
print(torch.autograd.grad(w * w, w))
print(torch.autograd.grad(w * w.detach(), w))
# > (tensor([8.]),)
# > (tensor([4.]),)

# %%
# Each path gives the value of the other factor, 4, and the two add up to 8.
# This is the rule :math:`2w`, read from a graph.

# %%
# **2.** At ``w = 1`` and ``x = 2``, let ``y = (x + w)(w + 1) + w``. How many
# paths does ``w`` have now, and what is its gradient?

# answer
w = torch.tensor([1.0], requires_grad=True)
y = (x + w) * (w + 1) + w
print(torch.autograd.grad(y, w))
# > (tensor([6.]),)

# %%
# There are three paths: 2 over the first bracket, 3 over the second, and 1
# for the direct one.

# %%
# **3.** ``c = w + x`` and ``d = c * c`` are computed, and ``backward()`` is
# never called. Is there a graph, and does it lead from ``d`` to ``c``?

# answer
c = w + x
d = c * c
print([node is c.grad_fn for node, _ in d.grad_fn.next_functions])
# > [True, True]

# %%
# The forward lines recorded it. ``c`` enters the product twice, so there are
# two edges to the same node.
