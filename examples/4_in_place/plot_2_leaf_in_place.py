"""
A leaf that requires grad refuses in-place changes in grad mode
===============================================================

The rule has two conditions: grad mode is on, and the leaf requires grad. When
both hold, an in-place operation on the leaf raises an error at once. What
backward needs plays no part in it.

You need: leaf tensors, and what a node saves for backward.

You will be able to say: whether a line that writes into a leaf is refused.
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
# The error
# ---------
#
# Add 1 to ``w``, in place.

try:
    w.add_(1)
except RuntimeError as error:
    print(error)
print(w)
# > a leaf Variable that requires grad is being used in an in-place operation.
# > tensor([1.], requires_grad=True)

# %%
# The line is refused before it writes: ``w`` still holds 1.
#
# It is often said that the reason is backward, which would need the value of
# the leaf. Then a leaf that no graph uses could be changed. Can it?

lonely = torch.tensor([1.0], requires_grad=True)
try:
    lonely.mul_(2)
except RuntimeError as error:
    print(error)
# > a leaf Variable that requires grad is being used in an in-place operation.

# %%
# No graph exists here, and the error is the same.
#
# What backward needs
# -------------------
#
# In the graph of ``y``, the product saved ``a`` and ``b``. The two sums saved
# the number ``alpha`` and no tensor at all. Nobody saved ``w``.

print(y.grad_fn._saved_self is a, y.grad_fn._saved_other is b)
for node in (a.grad_fn, b.grad_fn):
    print([name for name in dir(node) if name.startswith("_saved")])
# > True True
# > ['_saved_alpha']
# > ['_saved_alpha']

# %%
# First condition: grad mode is on
# --------------------------------
#
# Under ``no_grad`` the same line is allowed. The product kept the values of
# the forward pass, :math:`a = 3` and :math:`b = 2`, so on paper the gradient
# is still
#
# .. math:: \frac{dy}{dw} = b + a = 2 + 3 = 5.

with torch.no_grad():
    w.add_(1)
y.backward()
print(w, w.grad)
# graph: y
# > tensor([2.], requires_grad=True) tensor([5.])

# %%
# ``w`` holds 2, and the gradient is the one at :math:`w = 1`, where the
# forward pass ran.
#
# Second condition: the leaf requires grad
# ----------------------------------------
#
# ``c`` is a leaf without ``requires_grad``. It may be changed in grad mode,
# here even between forward and backward: the sum did not save it.

w = torch.tensor([1.0], requires_grad=True)
c = torch.tensor([2.0])
y = (c + w) * (w + 1)
c.add_(1)
y.backward()
print(c.is_leaf, c, w.grad)
# > True tensor([3.]) tensor([5.])

# %%
# A view does not lead around the rule
# ------------------------------------
#
# ``w[0] = 7`` writes through a view of ``w``, and the message names the view.
# A detached tensor does lead around it:
# :doc:`/lessons/4_in_place/plot_4_detach_data_clone`.

try:
    w[0] = 7
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > a view of a leaf Variable that requires grad is being used in an in-place
# > operation.

# %%
# The update of a weight
# ----------------------
#
# A training step moves ``w`` against its gradient, which is 5. The in-place
# form meets the rule. Under ``no_grad`` it works: with the step size 0.5,
# :math:`1 - 0.5 \cdot 5 = -1.5`.

leaf = w
try:
    w -= 0.5 * w.grad
except RuntimeError as error:
    print(error)
with torch.no_grad():
    w -= 0.5 * w.grad
print(w, w.is_leaf, w is leaf)
# > a leaf Variable that requires grad is being used in an in-place operation.
# > tensor([-1.5000], requires_grad=True) True True

# %%
# Without an in-place operation, ``w = w - …`` runs in grad mode. The name
# ``w`` moves to a non-leaf, which is part of a graph. The gradient of
# :math:`3w` is 3: whose ``grad`` gets it?

w = w - 0.5 * w.grad
(3 * w).backward()
print(w.is_leaf, w is leaf, leaf.grad)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(w.grad)
print(textwrap.fill(str(caught[0].message).split(" (Triggered")[0], width=75))
# > False False tensor([8.])
# > None
# > The .grad attribute of a Tensor that is not a leaf Tensor is being
# > accessed. Its .grad attribute won't be populated during
# > autograd.backward(). If you indeed want the .grad field to be populated for
# > a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access
# > the non-leaf Tensor by mistake, make sure you access the leaf Tensor
# > instead. See github.com/pytorch/pytorch/pull/30531 for more information.

# %%
# The old leaf got it: :math:`5 + 3 = 8`. For the next step, ``w.grad`` is
# ``None``.
#
# What protects the values that a node did save is another thing: see
# :doc:`/lessons/4_in_place/plot_3_version_counter`.
#
# Questions
# ---------
#
# **1.** Four cases: grad mode on or off, a leaf with or without
# ``requires_grad``. How many of them refuse ``add_``?

# answer
for mode in (True, False):
    for flag in (True, False):
        leaf = torch.tensor([1.0], requires_grad=flag)
        try:
            with torch.set_grad_enabled(mode):
                leaf.add_(1)
        except RuntimeError:
            print("refused: grad mode", mode, "requires_grad", flag)
# > refused: grad mode True requires_grad True

# %%
# One. The rule needs both conditions.

# %%
# **2.** Under ``no_grad`` somebody writes ``w = w - 0.5 * w.grad`` instead of
# ``w -= 0.5 * w.grad``. Does the new ``w`` require grad?

# answer
w = torch.tensor([1.0], requires_grad=True)
((w + x) * (w + 1)).backward()
with torch.no_grad():
    w = w - 0.5 * w.grad
print(w, w.requires_grad)
# > tensor([-1.5000]) False

# %%
# The value is right and the training ends here: a result that is computed
# under ``no_grad`` requires no gradient.

# %%
# **3.** ``y = w * c`` saves ``c``, a leaf without ``requires_grad``. Now
# ``c.add_(1)`` changes a value that backward needs. Which line raises an
# error: the write, the backward call, or none?

# answer
w = torch.tensor([1.0], requires_grad=True)
c = torch.tensor([2.0])
y = w * c
print("written:", c.add_(1))
try:
    y.backward()
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > written: tensor([3.])
# > one of the variables needed for gradient computation has been modified by
# > an inplace operation: [torch.FloatTensor [1]] is at version 1; expected
# > version 0 instead. Hint: enable anomaly detection to find the operation
# > that failed to compute its gradient, with
# > torch.autograd.set_detect_anomaly(True, check_nan=False).

# %%
# The write passes, because the leaf rule does not ask what backward needs.
# Backward asks, and stops.
