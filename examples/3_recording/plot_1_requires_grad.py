"""
A result requires grad when four things hold
============================================

Grad mode is on; an input requires grad; the result is floating or complex;
the operation is one that autograd differentiates. Take one of them away and
a newly computed tensor has ``requires_grad=False``.

You need: :doc:`/lessons/1_first_graph/plot_2_leaves`.

You will be able to say: whether a result requires grad, before you print it.
"""

import textwrap

import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)

# %%
# Take :math:`y = (x + w)(w + 1)`. Both leaves asked for gradients, and you
# say nothing about ``a``, ``b`` and ``y``. What do their flags say?

a = torch.add(w, x)
b = torch.add(w, 1)
y = torch.mul(a, b)
print(a.requires_grad, b.requires_grad, y.requires_grad)
# > True True True
print(a.is_leaf, b.is_leaf, y.is_leaf)
# > False False False
y.backward()
# graph: y

# %%
# The flag went from the leaves along every edge up to ``y``. It is often
# said that it is ``True`` by default for whatever depends on a leaf: that is
# too broad, and the next cells show four ways in which it is ``False``.
#
# No input requires grad
# ----------------------
#
# A leaf may have its flag off. One input with the flag on is enough; with
# none, the result depends on a leaf and still requires nothing.

plain = torch.tensor([2.0])
print(plain.is_leaf, plain.requires_grad)
# > True False
print((w + plain).requires_grad, (plain + 1).requires_grad)
# > True False

# %%
# Grad mode is off
# ----------------
#
# The same product, from the same leaves, inside ``torch.no_grad()``.

with torch.no_grad():
    silent = (w + x) * (w + 1)
print(silent.requires_grad, w.requires_grad)
# > False True

# %%
# The leaf kept its flag; the result got none. A view, which computes nothing,
# is another matter: see :doc:`/lessons/3_recording/plot_2_no_grad`.
#
# The result is an integer or a bool
# ----------------------------------
#
# A count, an index or a truth value has no small steps, so there is no
# derivative to keep. Which of these three are ``True``?

print("argmax:", y.argmax().requires_grad, y.argmax().dtype)
# > argmax: False torch.int64
print("w > 0:", (w > 0).requires_grad, (w > 0).dtype)
# > w > 0: False torch.bool
print("long():", y.long().requires_grad, y.long().dtype)
# > long(): False torch.int64

# %%
# The dtype decides, not the kind of number. ``round()`` gives whole numbers
# too, but in ``float32``: it stays in the graph, with the derivative that a
# staircase has between its steps.

z = (w * 2.25).round()
print(z.dtype, z.requires_grad, z.grad_fn.name())
# > torch.float32 True RoundBackward0
print(torch.autograd.grad(z, w))
# > (tensor([0.]),)

# %%
# So a result that requires grad can still teach nothing: here the gradient
# is 0 wherever ``w`` is.
#
# The operation is not differentiated
# -----------------------------------
#
# Some operations give a floating result and no node. ``detach()`` is there
# for that purpose; ``zeros_like`` takes the shape and the dtype of ``w``, and
# none of its values; ``histc`` counts, in ``float32``.

for result in w.detach(), torch.zeros_like(w), torch.histc(w, bins=2):
    print(result.dtype, result.requires_grad, result.is_leaf)
# > torch.float32 False True
# > torch.float32 False True
# > torch.float32 False True

# %%
# Set the flag yourself
# ---------------------
#
# You may switch the flag on where the dtype can have a derivative. An integer
# tensor is refused when it is made and by ``requires_grad_()``, in two
# wordings.

try:
    torch.tensor([1], requires_grad=True)
except RuntimeError as error:
    print(error)
    # > Only Tensors of floating point and complex dtype can require gradients
try:
    torch.tensor([1]).requires_grad_()
except RuntimeError as error:
    print(error)
    # > only Tensors of floating point dtype can require gradients

# %%
# The second wording forgets complex numbers, which are accepted. On a result
# the flag follows from the graph: ``True`` changes nothing there, and
# ``False`` is refused.

print(torch.tensor([1 + 2j]).requires_grad_())
# > tensor([1.+2.j], requires_grad=True)
print(a.requires_grad_(True) is a)
# > True
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
# **1.** ``values, indices = w.sort()``: one call, two results, both depend on
# the leaf. What are their flags?

# answer
values, indices = w.sort()
print(values.requires_grad, indices.requires_grad)
# > True False

# %%
# Same call, same input, same mode: only the dtype differs. The indices are
# ``int64``.

# %%
# **2.** ``correct = (y > 5).float().mean()`` is a floating result that
# depends on ``w``, and grad mode is on. Does it require grad?

# answer
correct = (y > 5).float().mean()
print(correct.dtype, correct.requires_grad)
# > torch.float32 False

# %%
# No. The rule looks at the inputs of each operation: ``y > 5`` is a bool
# without the flag, and no operation after it has an input that requires
# grad.

# %%
# **3.** ``w`` is frozen and ``x`` is not. Does :math:`y = (x + w)(w + 1)`
# require grad, and does ``b = w + 1``?

# answer
w.requires_grad_(False)
b = w + 1
y = (w + x) * b
print(y.requires_grad, b.requires_grad)
# > True False

# %%
# ``x`` alone keeps ``y`` in the graph. ``b`` has no input left that requires
# grad, so for autograd it is the constant 2.
