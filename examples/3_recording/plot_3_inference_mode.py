"""
Inference mode marks its tensors
================================

``torch.inference_mode()`` records nothing, as ``no_grad`` does. In addition
the tensors made in it are marked, for good, and autograd refuses to save
them. ``eval()`` does none of this.

You need: :doc:`/lessons/3_recording/plot_2_no_grad`.

You will be able to say: which uses of an inference tensor are allowed, and
why ``eval()`` is no replacement for either mode.
"""

import textwrap

import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)

# %%
# Compute :math:`(x + w)(w + 1) = 6` once in each mode. By value and flags the
# two results look alike. What tells them apart?

with torch.no_grad():
    n = (x + w) * (w + 1)
with torch.inference_mode():
    t = (x + w) * (w + 1)
print(n, n.requires_grad, n.is_leaf, n.is_inference())
# > tensor([6.]) False True False
print(t, t.requires_grad, t.is_leaf, t.is_inference())
# > tensor([6.]) False True True

# %%
# ``t`` stays an inference tensor after the block has ended. What it lacks is
# the version counter, with which autograd finds out that a saved tensor was
# changed: :doc:`/lessons/4_in_place/plot_3_version_counter`.

print(n._version)
# > 0
try:
    print(t._version)
except RuntimeError as error:
    print(error)
# > Inference tensors do not track version counter.

# %%
# What is refused, and what is not
# --------------------------------
#
# Without a counter, a tensor cannot be saved safely. For
# :math:`\partial (wt) / \partial w = t` the product must save ``t``.

try:
    print(w * t)
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > Inference tensors cannot be saved for backward. Please do not use Tensors
# > created in inference mode in computation tracked by autograd. To work
# > around this, you can make a clone to get a normal tensor and use it in
# > autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`.

# %%
# It is often said that inference tensors cannot take part in a computation
# that autograd records. Look at the sum:
# :math:`\partial (w + t) / \partial w = 1` needs no value of ``t``. Does it
# work?

s = w + t
s.backward()
print(s.item(), s.grad_fn.name(), w.grad)
# > 7.0 AddBackward0 tensor([1.])

# %%
# It does: the rule is about saving, not about taking part.
#
# A change in place is refused outside the block, and allowed inside one.

with torch.inference_mode():
    t.add_(1)
print(t)
# > tensor([7.])
try:
    t.add_(1)
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > Inplace update to inference tensor outside InferenceMode is not allowed.You
# > can make a clone to get a normal tensor before doing inplace update.See
# > https://github.com/pytorch/rfcs/pull/17 for more details.

# %%
# The flag ``requires_grad`` is refused outside, too. One way out serves for
# all three refusals: ``clone()`` outside the block makes a normal tensor.

try:
    t.requires_grad_()
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > Setting requires_grad=True on inference tensor outside InferenceMode is not
# > allowed.
copy = t.clone().add_(1).requires_grad_()
print((w * copy).grad_fn.name(), copy.is_inference())
# > MulBackward0 False

# %%
# eval() is neither
# -----------------
#
# It is often said that ``net.eval()`` turns gradients off. It sets
# ``training`` to ``False`` in every module, and some modules read that:
# dropout is one. With ``p=1.0`` dropout sets everything to 0, so that no
# chance is left in the numbers.

net = torch.nn.Dropout(p=1.0)
y = net((x + w) * (w + 1))
print(net.training, y.item(), y.requires_grad)
# > True 0.0 True
y = net.eval()((x + w) * (w + 1))
print(net.training, y.item(), y.requires_grad)
# > False 6.0 True

# %%
# The value changed from 0 to 6: that is all that ``eval()`` did. The whole
# graph is there, with what it saved, and ``backward()`` runs.

w.grad = None
y.backward()
print(w.grad)
# > tensor([5.])
# graph: y

# %%
# For inference you need both: ``eval()`` for the right numbers, a mode for
# the memory.
#
# Questions
# ---------
#
# **1.** ``net`` is in ``train()`` mode, and is called inside
# ``inference_mode``. Which number comes out?

# answer
net.train()
with torch.inference_mode():
    out = net((x + w) * (w + 1))
print(out.item(), out.requires_grad)
# > 0.0 False

# %%
# 0: dropout still drops. The mode stops the recording and leaves
# ``training`` alone; ``eval()`` leaves the recording alone.

# %%
# **2.** Inside ``inference_mode``: ``view = w.view(1)``, ``total = w + 1`` and
# ``made = torch.ones(1)``. Which of them are inference tensors?

# answer
with torch.inference_mode():
    view, total, made = w.view(1), w + 1, torch.ones(1)
print(view.is_inference(), total.is_inference(), made.is_inference())
# > False True True

# %%
# Those with new memory. A view shares the memory and the counter of ``w``,
# which is a normal tensor, in the block too.

# %%
# **3.** Batch normalisation also reads ``training``. In ``train()`` mode it
# gets rows with the mean 2, inside ``inference_mode``. Its ``running_mean``
# starts at 0: is it still 0 after the call?

# answer
norm = torch.nn.BatchNorm1d(1)
with torch.inference_mode():
    norm(torch.tensor([[1.0], [3.0]]))
    print(norm.running_mean)
    norm.eval()(torch.tensor([[1.0], [3.0]]))
    print(norm.running_mean)
# > tensor([0.2000])
# > tensor([0.2000])

# %%
# No: it moved a tenth of the way to 2, in place, and the mode has nothing
# against that. After ``eval()`` the same rows leave it as it is.
