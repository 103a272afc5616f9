"""
``detach()`` shares the memory, ``clone()`` copies it
=====================================================

``detach()`` gives you the same values outside the graph, on the same memory
and with the same version counter. ``.data`` shares the memory and leaves the
counter out. ``clone()`` copies the values and stays in the graph.

You need: shared memory, the version counter, what a node saves.

You will be able to say: which of the three to take, and what each one risks.
"""

import textwrap

import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)

# %%
# It is often said that ``detach`` makes a copy. Write 999 into the detached
# tensor: what does ``w`` hold? The other lines ask for the object, the memory
# and the place in the graph.

w_detach = w.detach()
w_detach[0] = 999
print(w)
print(w_detach is w, w_detach.data_ptr() == w.data_ptr())
print(w_detach.requires_grad, w_detach.grad_fn)
# > tensor([999.], requires_grad=True)
# > False True
# > False None

# %%
# ``detach`` made a second tensor for the same memory. What it left behind is
# the graph: the new tensor requires no gradient.
#
# One write, counted or not
# -------------------------
#
# The write of 999 counts as one change of ``w``, although it went through
# ``w_detach``. Now write through ``.data``. Does the counter go to 2?

print(w._version, w_detach._version)
w.data[0] = 1
print(w, w._version)
# > 1 1
# > tensor([1.], requires_grad=True) 1

# %%
# The value changed, and the counter stands still. The next two cells show the
# price.
#
# The write through ``detach()`` is noticed
# -----------------------------------------
#
# The product saved ``a``, which is 3. Set it to 0 through ``detach()``, and
# call backward.

a = w + x
y = a * (w + 1)
a.detach().zero_()
try:
    y.backward()
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > one of the variables needed for gradient computation has been modified by
# > an inplace operation: [torch.FloatTensor [1]], which is output 0 of Add, is
# > at version 1; expected version 0 instead. Hint: enable anomaly detection to
# > find the operation that failed to compute its gradient, with
# > torch.autograd.set_detect_anomaly(True, check_nan=False).

# %%
# The write through ``.data`` is not
# ----------------------------------
#
# The true derivative is 5. Backward now reads the 0 that was written over the
# saved ``a``:
#
# .. math:: b + a = 2 + 3 = 5 \quad\text{becomes}\quad 2 + 0 = 2.

w.grad = None
a = w + x
y = a * (w + 1)
a.data.zero_()
y.backward()
print(w.grad)
# > tensor([2.])

# %%
# A wrong gradient, and no message. It is also said that in-place code which
# raises no error has correct gradients: ``.data`` is the counter-example.
#
# ``clone()`` is differentiable
# -----------------------------
#
# A clone has memory of its own and a node in the graph, so the gradient flows
# through it. With a clone as the first factor, :math:`dy/dw` is 5 again.

w.grad = None
a = w + x
c = a.clone()
y = c * (w + 1)
y.backward()
print(c.grad_fn.name(), c.data_ptr() == a.data_ptr(), w.grad)
# graph: y
# > CloneBackward0 False tensor([5.])

# %%
# All of them side by side
# ------------------------
#
# The function below takes one more tensor from ``a``, sets it to 0 in place,
# and asks for :math:`dy/dw`. The true answer is 5. Here
# ``torch.autograd.grad`` returns the gradient and leaves ``w.grad`` alone.


def derivative(take):
    a = w + x
    y = a * (w + 1)
    take(a).zero_()
    try:
        return torch.autograd.grad(y, w)[0].item()
    except RuntimeError:
        return "error"


# %%
# Five ways to take one more tensor:

ways = {
    "a.detach()": lambda a: a.detach(),
    "a.data": lambda a: a.data,
    "a.clone()": lambda a: a.clone(),
    "a.detach().clone()": lambda a: a.detach().clone(),
    "a.clone().detach()": lambda a: a.clone().detach(),
}

# %%
# Each cell of the table is computed: does the new tensor share the memory of
# ``a``, is it in the graph, did ``a`` count the write, and what came out?
# Before you look: which row is wrong without an error?

print(f"{'taken':18}  {'shares':6}  {'graph':5}  {'counted':7}  dy/dw")
for name, take in ways.items():
    a = w + x
    t = take(a)
    shares, graph = t.data_ptr() == a.data_ptr(), t.requires_grad
    t.zero_()
    row = f"{shares!s:6}  {graph!s:5}  {a._version > 0!s:7}"
    print(f"{name:18}  {row}  {derivative(take)}")
# > taken               shares  graph  counted  dy/dw
# > a.detach()          True    False  True     error
# > a.data              True    False  False    2.0
# > a.clone()           False   True   False    5.0
# > a.detach().clone()  False   False  False    5.0
# > a.clone().detach()  False   False  False    5.0

# %%
# It is ``a.data``: shared memory, and no count. The last two rows agree: they
# are a copy outside the graph, in either order.
#
# Questions
# ---------
#
# **1.** You keep the weight with ``backup = w.detach()``, then add 1 to ``w``
# under ``no_grad``. What does ``backup`` hold?

# answer
backup = w.detach()
copy = w.detach().clone()
with torch.no_grad():
    w.add_(1)
print(backup, copy)
# > tensor([2.]) tensor([1.])

# %%
# ``backup`` is on the memory of ``w`` and moved with it. ``copy`` is the
# backup.

# %%
# **2.** ``w`` is 1 again. Only the factor ``a`` is detached:
# ``y = a.detach() * (w + 1)``. What are the gradients of ``w`` and ``x``?

# answer
w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)
a = w + x
y = a.detach() * (w + 1)
y.backward()
print(w.grad, x.grad)
# > tensor([3.]) None

# %%
# The path over ``a`` is cut. The other path still gives :math:`a = 3`, and
# nothing reaches ``x``.

# %%
# **3.** ``a.data.zero_()`` runs between ``s = a + (w + 1)`` and
# ``s.backward()``. Is the gradient wrong again?

# answer
w.grad = None
a = w + x
s = a + (w + 1)
a.data.zero_()
s.backward()
print(w.grad)
# > tensor([2.])

# %%
# It is right, :math:`1 + 1 = 2`. A sum saved no value, so there was none to
# spoil.
