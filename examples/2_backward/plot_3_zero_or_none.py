"""
A zero gradient is not an empty one
===================================

Before each pass, ``w.grad`` has to lose its old total. It can become a tensor
of zeros, or ``None``: the next gradient is the same, the next step of an
optimizer may not be.

You need: :doc:`/lessons/2_backward/plot_2_accumulate`.

You will be able to say: which parameters an optimizer moves when their
gradient is 0, and when it is ``None``.
"""

import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)

# %%
# At ``w = 1`` and ``x = 2`` the derivative is
#
# .. math:: \frac{\partial y}{\partial w} = b + a = 2 + 3 = 5.
#
# Without its last line this loop prints 5, 10, 15, 20. With it?

for _ in range(4):
    a = torch.add(w, x)
    b = torch.add(w, 1)
    y = torch.mul(a, b)
    y.backward()
    print(w.grad)
    # > tensor([5.])
    # > tensor([5.])
    # > tensor([5.])
    # > tensor([5.])
    w.grad.zero_()

# %%
# Each pass now adds its 5 to a 0. The other way out is ``None``: then there
# is nothing to add to, and the 5 becomes the field as it is.

print(w.grad)
# > tensor([0.])
w.grad = None
y = (w + x) * (w + 1)
y.backward()
print(w.grad)
# > tensor([5.])
# graph: y

# %%
# ``None`` is also what every leaf begins with, and it has no ``zero_``. So
# the line that ends the loop above cannot begin it: before the first
# ``backward()`` there is no tensor to fill with zeros.

fresh = torch.tensor([1.0], requires_grad=True)
try:
    fresh.grad.zero_()
except AttributeError as error:
    print(error)
# > 'NoneType' object has no attribute 'zero_'

# %%
# What an optimizer writes
# ------------------------
#
# ``zero_grad()`` has zero in its name. What does it leave behind?

optimizer = torch.optim.SGD([w, fresh], lr=0.5)
optimizer.zero_grad()
print(w.grad)
# > None
((w + x) * (w + 1)).backward()
optimizer.zero_grad(set_to_none=False)
print(w.grad, fresh.grad)
# > tensor([0.]) None

# %%
# ``None`` by default; zeros only with ``set_to_none=False``. Either way it
# passes over a gradient that is already ``None``, so it may come first in a
# loop.
#
# What an optimizer does with each
# --------------------------------
#
# SGD's ``step()`` skips a parameter whose gradient is ``None``. A gradient of
# 0 is a gradient, and the whole update runs with it. With momentum
# :math:`\mu`, weight decay :math:`\lambda` and learning rate :math:`\eta`, SGD
# computes
#
# .. math::
#
#    v \leftarrow \mu v + (g + \lambda w), \qquad w \leftarrow w - \eta v.
#
# The function takes one normal step, clears the gradient, and takes a second
# step without a ``backward()`` between.


def two_steps(set_to_none, **options):
    w = torch.tensor([1.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.5, **options)
    ((w + x) * (w + 1)).backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none)
    optimizer.step()
    return w.item()


# %%
# All three variants start at ``w = 1`` with :math:`g = 5`. Plain SGD goes to
# :math:`1 - 0.5 \cdot 5 = -1.5`; momentum 0.5 makes the same first step and
# leaves :math:`v = 5`; weight decay 0.5 goes to
# :math:`1 - 0.5 \cdot (5 + 0.5) = -1.75`.
#
# Now the second step with :math:`g = 0`. Momentum still has
# :math:`v = 0.5 \cdot 5 = 2.5` and goes on to
# :math:`-1.5 - 0.5 \cdot 2.5 = -2.75`; weight decay pulls ``w`` towards 0, to
# :math:`-1.75 - 0.5 \cdot 0.5 \cdot (-1.75) = -1.3125`. What do you expect
# with ``None``?

for options in {}, {"momentum": 0.5}, {"weight_decay": 0.5}:
    zero = two_steps(set_to_none=False, **options)
    none = two_steps(set_to_none=True, **options)
    print(options, "zero:", zero, "None:", none)
# > {} zero: -1.5 None: -1.5
# > {'momentum': 0.5} zero: -2.75 None: -1.5
# > {'weight_decay': 0.5} zero: -1.3125 None: -1.75

# %%
# Plain SGD cannot tell the two apart. With momentum or weight decay, a
# gradient of 0 moves ``w`` and ``None`` leaves it where the first step
# ended.
#
# First or last
# -------------
#
# It is often said that ``zero_grad()`` must be the first line of the loop.
# Train three rounds with it first.

w = torch.tensor([1.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.25, momentum=0.5)
for _ in range(3):
    optimizer.zero_grad()
    ((w + x) * (w + 1)).backward()
    optimizer.step()
    print(w.item())
# > -0.25
# > -1.5
# > -2.125

# %%
# And three rounds, from the same start, with it last.

w = torch.tensor([1.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.25, momentum=0.5)
for _ in range(3):
    ((w + x) * (w + 1)).backward()
    optimizer.step()
    optimizer.zero_grad()
    print(w.item())
# > -0.25
# > -1.5
# > -2.125

# %%
# The same numbers. A ring of three calls has no first one: what counts is
# that the field is empty when ``backward()`` runs, and that nothing empties
# it between ``backward()`` and ``step()``.
#
# Questions
# ---------
#
# **1.** The three calls in the order ``backward()``, ``zero_grad()``,
# ``step()``, from ``w = 1``. Where is ``w`` after three rounds?

# answer
w = torch.tensor([1.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.25, momentum=0.5)
for _ in range(3):
    ((w + x) * (w + 1)).backward()
    optimizer.zero_grad()
    optimizer.step()
print(w.item(), w.grad)
# > 1.0 None

# %%
# Where it was: each ``step()`` finds ``None`` and skips ``w``. No error says
# so.

# %%
# **2.** ``kept = w.grad`` gives the tensor a second name. What does ``kept``
# show after ``w.grad.zero_()``, and what after ``w.grad = None``?

# answer
((w + x) * (w + 1)).backward()
kept = w.grad
w.grad = None
print(kept)
w.grad = kept
w.grad.zero_()
print(kept)
# > tensor([5.])
# > tensor([0.])

# %%
# ``None`` takes the tensor out of the field and leaves it whole. ``zero_()``
# overwrites its numbers, under every name it has.

# %%
# **3.** ``w`` is frozen with ``requires_grad_(False)`` after a ``backward()``,
# and its gradient is left as it is. Does ``step()`` still move ``w``?

# answer
w = torch.tensor([1.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.25)
((w + x) * (w + 1)).backward()
w.requires_grad_(False)
optimizer.step()
print(w.item())
# > -0.25

# %%
# Yes: ``step()`` reads ``grad``, not ``requires_grad``. A frozen parameter
# rests when its gradient is ``None``.
