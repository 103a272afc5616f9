"""
A version counter guards the saved values
=========================================

Every in-place operation adds 1 to the version counter of the tensor. A node
notes the version of what it saves, and backward compares. A saved value that
was written since then stops backward; a value that nobody saved does not.

You need: what a node saves for backward, and in-place operations.

You will be able to say: whether backward survives a write, for a given graph.
"""

import textwrap

import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)

# %%
# Count by hand
# -------------
#
# A tensor with new memory starts at version 0. Four lines below write into
# ``t``, one of them under ``no_grad``, and one line reads it. Which two
# numbers do you expect?

t = torch.zeros(3)
t += 1
t.mul_(2)
t[0] = 5
with torch.no_grad():
    t.zero_()
new = t + 1
print(t._version, new._version)
# > 4 0

# %%
# Backward compares
# -----------------
#
# The product saves ``a`` at version 0. The write is allowed, since ``a`` is
# no leaf. The error comes when backward reads the saved value.

a = w + x
y = a * (w + 1)
a.add_(1)
print("version of a:", a._version)
try:
    y.backward()
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > version of a: 1
# > one of the variables needed for gradient computation has been modified by
# > an inplace operation: [torch.FloatTensor [1]], which is output 0 of Add, is
# > at version 1; expected version 0 instead. Hint: enable anomaly detection to
# > find the operation that failed to compute its gradient, with
# > torch.autograd.set_detect_anomaly(True, check_nan=False).

# %%
# Without the check backward would have used 4 where the forward pass had 3.
# The message names the operation of the tensor's ``grad_fn``, ``Add``, and
# both versions.
#
# A value that nobody saved
# -------------------------
#
# The derivative of a sum is 1 for each term, so a sum saves no value. Take
# :math:`s = a + (w + 1)`, and write into ``a`` as before. On paper the
# gradient is :math:`1 + 1 = 2`.

a = w + x
s = a + (w + 1)
a.add_(1)
s.backward()
print(a._version, w.grad)
# > 1 tensor([2.])

# %%
# Input or output
# ---------------
#
# It is often said that a value may not change once the graph has used it. It
# depends on what the node saved. This function writes into the input or the
# output of an operation and then runs backward.


def backward_after_write(op, place):
    a = w + x
    y = op(a)
    {"input": a, "output": y}[place].add_(1)
    y.backward()


# %%
# The rules of differentiation tell what each one needs: the derivative of
# :math:`\sin a` is :math:`\cos a`, made from the input. The derivative of
# :math:`e^a` is :math:`e^a`, which is the output.

for op in (torch.neg, torch.sin, torch.square, torch.exp, torch.sigmoid):
    for place in ("input", "output"):
        try:
            backward_after_write(op, place)
            print(op.__name__, place, "allowed")
        except RuntimeError:
            print(op.__name__, place, "refused")
# > neg input allowed
# > neg output allowed
# > sin input refused
# > sin output allowed
# > square input refused
# > square output allowed
# > exp input allowed
# > exp output refused
# > sigmoid input allowed
# > sigmoid output refused

# %%
# A view has the same counter
# ---------------------------
#
# There is one counter for a tensor and all its views, and it knows no single
# elements. Below, ``y`` uses the first element of ``pair``, and the second is
# written. Backward stops all the same.

pair = torch.tensor([2.0, 7.0])
y = w * pair[0:1]
pair[1:2].zero_()
print(pair._version, pair[0:1]._version)
try:
    y.backward()
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > 1 1
# > one of the variables needed for gradient computation has been modified by
# > an inplace operation: [torch.FloatTensor [1]] is at version 1; expected
# > version 0 instead. Hint: enable anomaly detection to find the operation
# > that failed to compute its gradient, with
# > torch.autograd.set_detect_anomaly(True, check_nan=False).

# %%
# The way out
# -----------
#
# Make a new tensor instead of writing into the saved one. Nothing that the
# product saved has changed, and the gradient is :math:`b + a = 2 + 3 = 5`.

w.grad = None
a = w + x
b = w + 1
y = a * b
larger = a + 1
y.backward()
print(larger.item(), a._version, w.grad)
# graph: y
# > 4.0 0 tensor([5.])

# %%
# One door stays open: a write through ``.data`` is not counted. See
# :doc:`/lessons/4_in_place/plot_4_detach_data_clone`.
#
# Questions
# ---------
#
# **1.** After the product is computed, you add 1 to ``a`` and take 1 away
# again, both in place. ``a`` holds 3, as before. Does backward run?

# answer
a = w + x
y = a * (w + 1)
a.add_(1).sub_(1)
print(a.item(), a._version)
try:
    y.backward()
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > 3.0 2
# > one of the variables needed for gradient computation has been modified by
# > an inplace operation: [torch.FloatTensor [1]], which is output 0 of Sub, is
# > at version 2; expected version 0 instead. Hint: enable anomaly detection to
# > find the operation that failed to compute its gradient, with
# > torch.autograd.set_detect_anomaly(True, check_nan=False).

# %%
# The counter counts writes. It does not compare values.

# %%
# **2.** Under ``no_grad`` a leaf may be changed. ``y = w * w``, then
# ``w.add_(1)`` under ``no_grad``, then ``y.backward()``. Does it run?

# answer
y = w * w
with torch.no_grad():
    w.add_(1)
try:
    y.backward()
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > one of the variables needed for gradient computation has been modified by
# > an inplace operation: [torch.FloatTensor [1]] is at version 1; expected
# > version 0 instead. Hint: enable anomaly detection to find the operation
# > that failed to compute its gradient, with
# > torch.autograd.set_detect_anomaly(True, check_nan=False).

# %%
# This product saved ``w`` itself. ``no_grad`` lifts the rule for leaves, and
# the counter still counts.

# %%
# **3.** The same write into ``a``, one line later: after ``y.backward()``
# instead of before it. Is there an error?

# answer
w = torch.tensor([1.0], requires_grad=True)
a = w + x
y = a * (w + 1)
y.backward()
a.add_(1)
print(a._version, w.grad)
# > 1 tensor([5.])

# %%
# The check happens while backward reads its saved values. An update of the
# weights belongs after ``backward()`` for this reason.
