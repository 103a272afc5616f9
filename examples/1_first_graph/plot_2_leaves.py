"""
A leaf has no grad_fn
=====================

A tensor is a leaf exactly when its ``grad_fn`` is ``None``. Tensors that you
create are leaves, and so is each new result that autograd did not record.

You need: the graph of ``y = (x + w)(w + 1)``.

You will be able to say: for any tensor, whether it is a leaf, and why.
"""

import textwrap

import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)
a = w + x
b = w + 1
y = a * b
print(w.is_leaf, x.is_leaf, a.is_leaf, b.is_leaf, y.is_leaf)
# > True True False False False

# %%
# Three words for five tensors: ``w`` and ``x`` are the *leaves*, where the
# graph ends. ``y`` is the *root*, where ``backward()`` starts. ``a`` and
# ``b`` lie between and are *intermediate*.
#
# The rule
# --------
#
# An operation that autograd records gives its result a ``grad_fn``. A leaf
# has none, and ``is_leaf`` says the same thing as ``grad_fn is None``.

for tensor in (w, x, a, b, y):
    print(tensor.is_leaf, tensor.grad_fn is None)
# > True True
# > True True
# > False False
# > False False
# > False False

# %%
# Both leaves require a gradient, and that is where ``backward()`` stores it.

y.backward()
print(w.grad, x.grad)
# > tensor([5.]) tensor([2.])
# graph: y

# %%
# Results that are leaves
# -----------------------
#
# It is often said that a leaf is a tensor that no operation made. The
# product below is made by an operation. Nothing in it requires a gradient, so
# nothing is recorded: is it a leaf?

c = torch.ones(2) * 2
print(c.is_leaf, c.requires_grad)
# > True False

# %%
# It is. A tensor that requires no gradient has no ``grad_fn``, whoever made
# it. The sum that made ``a`` gives a leaf, too, while recording is off, and
# so does the sum of two detached tensors.

with torch.no_grad():
    a_unrecorded = w + x
print(a_unrecorded.is_leaf, a_unrecorded.requires_grad)
print((w.detach() + x.detach()).is_leaf)
# > True False
# > True

# %%
# Conversions
# -----------
#
# ``w`` is a leaf of type float32. ``double()`` has to compute a new tensor,
# ``cpu()`` has nothing to do, because ``w`` is on the CPU already. Which of
# the two results is a leaf?

wide = w.double()
same = w.cpu()
print(wide.is_leaf, wide.grad_fn.name())
print(same.is_leaf, same is w)
# > False ToCopyBackward0
# > True True

# %%
# A conversion that computes is an operation like any other, and it is
# recorded. One that has nothing to do returns the tensor itself. The gradient
# goes through the conversion to the leaf, which is still ``w``.

w.grad = None
(wide * 3).backward()
print(w.grad, w.grad.dtype)
# > tensor([3.]) torch.float32

# %%
# For a leaf of type float64, convert first and ask for the gradient last.

u = torch.tensor([1.0]).double().requires_grad_()
print(u.is_leaf, u.requires_grad, u.dtype)
# > True True torch.float64

# %%
# The flag of a leaf is yours to change. The flag of a recorded result follows
# from its inputs, and torch refuses to switch it off.

try:
    a.requires_grad_(False)
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > you can only change requires_grad flags of leaf variables. If you want to
# > use a computed variable in a subgraph that doesn't require differentiation
# > use var_no_grad = var.detach().

# %%
# Questions
# ---------
#
# **1.** ``w`` requires a gradient and ``k = torch.ones(1)`` does not. Which of
# ``k + 1``, ``w + k`` and ``(w + k).detach()`` are leaves?

# answer
k = torch.ones(1)
print((k + 1).is_leaf, (w + k).is_leaf, (w + k).detach().is_leaf)
# > True False True

# %%
# All three come from an operation. Only ``w + k`` was recorded.

# %%
# **2.** ``w.float()`` and ``w.clone()`` both return the value 1 as float32.
# Are both leaves?

# answer
print(w.float().is_leaf, w.clone().is_leaf)
# > True False

# %%
# ``w`` is float32 already, so ``float()`` returns ``w`` itself. ``clone()``
# always copies, and the copy is recorded.

# %%
# **3.** A leaf may require a gradient or not. Can a tensor that requires no
# gradient be anything but a leaf? Try four results of ``w``.

# answer
free = [w > 0, w.argmax(), w.long(), w.detach() + 1]
print([tensor.requires_grad for tensor in free])
print([tensor.is_leaf for tensor in free])
# > [False, False, False, False]
# > [True, True, True, True]

# %%
# No. Without a gradient to compute there is no ``grad_fn``, and without a
# ``grad_fn`` a tensor is a leaf.
