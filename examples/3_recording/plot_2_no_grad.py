"""
no_grad stops the recording
===========================

Under ``torch.no_grad()`` the numbers are the same and the graph is missing.
What the graph would have kept alive for ``backward()`` is not kept: you count
those bytes here.

You need: :doc:`/lessons/3_recording/plot_1_requires_grad`.

You will be able to say: what a result computed under ``no_grad`` has, what it
lacks, and how many bytes that spares.
"""

import threading

import torch
from torch.autograd.graph import saved_tensors_hooks

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)

# %%
# First with recording. At ``w = 1`` and ``x = 2``, :math:`y = (x + w)(w + 1)`
# is :math:`3 \cdot 2 = 6`, and the last operation is a product.

y = (x + w) * (w + 1)
print(y.item(), y.grad_fn.name(), y.is_leaf)
# > 6.0 MulBackward0 False
y.backward()
print(w.grad)
# > tensor([5.])
# graph: y

# %%
# The node of the product had saved 3 and 2 for this. Now the same line under
# ``no_grad``: what is left, and what can ``backward()`` do with it?

with torch.no_grad():
    silent = (x + w) * (w + 1)
print(silent.item(), silent.grad_fn, silent.is_leaf)
# > 6.0 None True
print(silent.requires_grad, w.requires_grad)
# > False True
try:
    silent.backward()
except RuntimeError as error:
    print(error)
# > element 0 of tensors does not require grad and does not have a grad_fn

# %%
# The value is left. There is no node, so the result is a leaf, although an
# operation made it, and ``backward()`` has no graph to walk. ``w`` keeps its
# flag: ``no_grad`` changes what is recorded, and no tensor that exists.
#
# Count what is kept
# ------------------
#
# One product of two numbers keeps little. A small network with 100 rows of
# input keeps more.

mlp = torch.nn.Sequential(
    torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1)
)
for parameter in mlp.parameters():
    torch.nn.init.constant_(parameter, 0.1)
rows = torch.ones(100, 4)

# %%
# ``saved_tensors_hooks`` calls its first function with each tensor that a
# node saves. Two nodes may save the same memory, so the sum takes each
# address once; a number has 4 bytes. Which tensors do you expect?

saved = []


def keep(tensor):
    saved.append(tensor)
    return tensor


with saved_tensors_hooks(keep, lambda tensor: tensor):
    mlp(rows)
print([tuple(tensor.shape) for tensor in saved])
# > [(100, 4), (100, 8), (100, 8), (8, 1)]
print("bytes:", sum({t.data_ptr(): t.nbytes for t in saved}.values()))
# > bytes: 4832

# %%
# The first layer kept its input. ``Tanh`` and the second layer kept the
# same hidden values, and the second layer also its weight:
#
# .. math:: 100 \cdot 4 \cdot 4 + 100 \cdot 8 \cdot 4 + 8 \cdot 4 = 4832.
#
# ``rows`` and the weight exist anyway. The 3200 bytes of hidden values live
# on for ``backward()`` alone. How many bytes are left under ``no_grad``?

saved.clear()
with torch.no_grad(), saved_tensors_hooks(keep, lambda tensor: tensor):
    mlp(rows)
print("bytes:", sum(t.nbytes for t in saved))
# > bytes: 0

# %%
# No node was made, so nothing keeps the hidden values alive. What recording
# costs in time is measured on another page, :doc:`/measured/recording_cost`.
#
# Other ways to write it
# ----------------------
#
# ``no_grad`` also decorates a function. ``enable_grad`` inside it turns the
# recording on again, for its own block.


@torch.no_grad()
def predict():
    with torch.enable_grad():
        inner = w + 1
    return w + 1, inner


outer, inner = predict()
print(outer.requires_grad, inner.requires_grad)
# > False True

# %%
# ``set_grad_enabled`` takes the mode as an argument. In a ``with`` it ends
# with the block; as a plain call it stays until you call it again.

with torch.set_grad_enabled(False):
    print("in the block:", (w + 1).requires_grad)
print("after it:", (w + 1).requires_grad)
torch.set_grad_enabled(False)
print("after the call:", (w + 1).requires_grad)
torch.set_grad_enabled(True)
print("and back:", (w + 1).requires_grad)
# > in the block: False
# > after it: True
# > after the call: False
# > and back: True

# %%
# It is often said that nothing made under ``no_grad`` requires grad. New
# results do not; a tensor that you make there with the flag, or a module with
# its parameters, has it.

with torch.no_grad():
    made = torch.ones(1, requires_grad=True)
    layer = torch.nn.Linear(1, 1)
print(made.requires_grad, made.is_leaf, layer.weight.requires_grad)
# > True True True

# %%
# A view has it too. It takes the flag over with the memory of ``w``, but no
# node leads back: what is computed from it later runs backward without an
# error, and nothing arrives.

w.grad = None
with torch.no_grad():
    view = w.view(1)
print(view.requires_grad, view.grad_fn, view.is_leaf)
# > True None True
(view * 3).backward()
print(w.grad, view.grad)
# > None None

# %%
# Questions
# ---------
#
# **1.** ``b`` is computed under ``no_grad`` and ``y = (x + w) * b`` outside.
# ``backward()`` runs without an error. What is ``w.grad``?

# answer
w.grad = None
with torch.no_grad():
    b = w + 1
y = (x + w) * b
y.backward()
print(w.grad)
# > tensor([2.])

# %%
# 2, not 5: the path through ``b`` was not recorded, so only the path through
# ``a`` is left, with :math:`\partial y / \partial a = b = 2`. A missing
# branch raises no error.

# %%
# **2.** The graph is built normally, and only ``y.backward()`` stands under
# ``no_grad``. What is ``w.grad``?

# answer
w.grad = None
y = (x + w) * (w + 1)
with torch.no_grad():
    y.backward()
print(w.grad)
# > tensor([5.])

# %%
# Still 5. The mode decides what the forward pass records, and ``no_grad`` does
# not stop a walk over a graph that exists.

# %%
# **3.** The mode is off in this thread, and a new thread computes ``w + 1``.
# Does its result require grad?

# answer
results = []
with torch.no_grad():
    worker = threading.Thread(target=lambda: results.append(w + 1))
    worker.start()
    worker.join()
print(results[0].requires_grad)
# > True

# %%
# Yes. Each thread has a mode of its own, and it begins switched on.
