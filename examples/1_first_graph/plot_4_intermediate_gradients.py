"""
Gradients of intermediates pass through
=======================================

``backward()`` computes a gradient for each tensor between ``y`` and the
leaves. It stores those of the leaves; the others are handed on and not
written to ``.grad``, unless you ask before.

You need: leaves, and the nodes of ``y = (x + w)(w + 1)``.

You will be able to say: why ``a.grad`` is ``None``, and how to get its value.
"""

import textwrap
import warnings

import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)
a = w + x
b = w + 1
y = a * b

# %%
# The gradient of ``a`` is :math:`\partial y/\partial a = b = 2` and that of
# ``b`` is :math:`\partial y/\partial b = a = 3`. Without these two there is
# no gradient for ``w``: :math:`2 + 3 = 5`. Run backward, then ask all five
# tensors.

y.backward()
print(w.grad, x.grad)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(a.grad, b.grad, y.grad)
message = str(caught[0].message).split(" (Triggered")[0]
print(textwrap.fill(message, width=75))
# > tensor([5.]) tensor([2.])
# > None None None
# > The .grad attribute of a Tensor that is not a leaf Tensor is being
# > accessed. Its .grad attribute won't be populated during
# > autograd.backward(). If you indeed want the .grad field to be populated for
# > a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access
# > the non-leaf Tensor by mistake, make sure you access the leaf Tensor
# > instead. See github.com/pytorch/pytorch/pull/30531 for more information.
# graph: y

# %%
# The leaves have their gradients, and the other three have ``None``. The
# warning is there because this ``None`` can be misread: the gradient is
# not zero, and it is not missing from the computation. It was not stored.
#
# See them pass
# -------------
#
# It is often said that only leaves have their gradients computed. A hook is a
# function that backward calls with the gradient of a tensor, as soon as that
# is complete: it can show the others. For each run, ``forward()`` makes a new
# graph.


def forward():
    a = w + x
    b = w + 1
    return a, b, a * b


# %%
# The two hooks print the gradient, and beside it what ``.grad`` holds at that
# moment. The warning is known by now and is silenced. Which numbers do you
# expect, and which of the two tensors comes first?

a, b, y = forward()
a.register_hook(lambda gradient: print("a", gradient, a.grad))
b.register_hook(lambda gradient: print("b", gradient, b.grad))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    y.backward()
# > b tensor([3.]) None
# > a tensor([2.]) None

# %%
# Both gradients exist while backward runs, and ``.grad`` is ``None`` even
# then. Backward goes through the graph from its end, so ``b``, which was
# computed later, comes first.
#
# What backward does release
# --------------------------
#
# It is often said that the gradients of intermediates are released after
# backward. They were never stored, so there is nothing to release. What
# backward releases is the tensors that the nodes saved, see
# :doc:`/lessons/2_backward/plot_1_backward_twice`.

a, b, y = forward()
print(y.grad_fn._saved_self is a)
y.backward()
try:
    kept = y.grad_fn._saved_self
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > True
# > Trying to backward through the graph a second time (or directly access
# > saved tensors after they have already been freed). Saved intermediate
# > values of the graph are freed when you call .backward() or autograd.grad().
# > Specify retain_graph=True if you need to backward through the graph a
# > second time or if you need to access saved tensors after calling backward.

# %%
# Keep a gradient
# ---------------
#
# ``retain_grad()`` asks for storage. It has to be called before backward.

a, b, y = forward()
for tensor in (a, b, y):
    tensor.retain_grad()
y.backward()
print(a.grad, b.grad, y.grad)
# > tensor([2.]) tensor([3.]) tensor([1.])

# %%
# ``y.grad`` is the 1 that ``backward()`` starts with. After backward the
# value has passed, and the request comes too late.

a, b, y = forward()
y.backward()
a.retain_grad()
print(a.retains_grad, a.grad)
(a * b).backward()
print(a.grad)
# > True None
# > tensor([2.])

# %%
# The request missed the first backward and held for the second, which ran on
# a new product of ``a`` and ``b``.
#
# ``torch.autograd.grad`` returns the same numbers and stores nothing.

a, b, y = forward()
print(torch.autograd.grad(y, (a, b)))
# > (tensor([2.]), tensor([3.]))

# %%
# A leaf stores its gradient anyway, so ``w.retain_grad()`` changes nothing. A
# tensor that requires no gradient gets none, and the request is refused.

w.retain_grad()
print(w.retains_grad)
try:
    torch.ones(1).retain_grad()
except RuntimeError as error:
    print(error)
# > False
# > can't retain_grad on Tensor that has requires_grad=False

# %%
# Questions
# ---------
#
# **1.** Somebody reads ``a.grad`` inside a hook of ``w``. By then backward
# has finished with ``a``. Nothing was retained: is the 2 still there?

# answer
a, b, y = forward()
handle = w.register_hook(lambda gradient: print(gradient, a.grad))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    y.backward()
handle.remove()
# > tensor([5.]) None

# %%
# It never was. The gradient of ``w`` is complete with 5, and ``a.grad`` is
# ``None`` before, during and after.

# %%
# **2.** ``a`` retains its gradient, and backward runs on two graphs in turn,
# each from its own ``forward()``. What do the two tensors called ``a`` hold:
# 2 and 2, or 2 and 4?

# answer
first, _, y = forward()
first.retain_grad()
y.backward()
second, _, y = forward()
second.retain_grad()
y.backward()
print(first.grad, second.grad)
# > tensor([2.]) tensor([2.])

# %%
# Each ``forward()`` makes a new tensor with a field of its own.

# %%
# **3.** A hook may return a tensor, which then replaces the gradient. The
# hook of ``a`` returns ten times the gradient. What arrives at ``x`` and at
# ``w``?

# answer
a, b, y = forward()
a.register_hook(lambda gradient: 10 * gradient)
print(torch.autograd.grad(y, (x, w)))
# > (tensor([20.]), tensor([23.]))

# %%
# ``x`` has the path over ``a`` alone and gets 20. For ``w`` the path over
# ``a`` gives 20 and the path over ``b`` gives 3.
