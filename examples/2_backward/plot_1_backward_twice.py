"""
Backward frees what the nodes saved
===================================

``backward()`` frees the tensors that the nodes saved, and leaves the nodes.
A node that saved a tensor is refused the second time. A node that saved none
runs again.

You need: backward nodes and their saved tensors.

You will be able to say: which second ``backward()`` fails, and what to do.
"""

import textwrap

import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)
a = w + x
b = w + 1
y = a * b

# %%
# The derivative ``dy/dw`` is 5. With ``retain_graph=True`` backward leaves
# the saved tensors in place, so a second call can follow. The second 5 is
# added to the first.

y.backward(retain_graph=True)
print(w.grad)
y.backward()
print(w.grad)
# > tensor([5.])
# > tensor([10.])
# graph: y

# %%
# The second call had no ``retain_graph``, so it freed what the product had
# saved. A third call finds nothing to work with.

try:
    y.backward()
except RuntimeError as error:
    message = str(error)
print(textwrap.fill(message, width=75))
print(w.grad)
# > Trying to backward through the graph a second time (or directly access
# > saved tensors after they have already been freed). Saved intermediate
# > values of the graph are freed when you call .backward() or autograd.grad().
# > Specify retain_graph=True if you need to backward through the graph a
# > second time or if you need to access saved tensors after calling backward.
# > tensor([10.])

# %%
# The nodes are still there
# -------------------------
#
# The product node has kept its name and its two edges. Only the saved tensors
# are gone, and reading one raises the same error.

print(y.grad_fn.name())
print([node is a.grad_fn for node, _ in y.grad_fn.next_functions])
try:
    kept = y.grad_fn._saved_self
except RuntimeError as error:
    print(str(error) == message)
# > MulBackward0
# > [True, False]
# > True

# %%
# Which graphs run twice
# ----------------------
#
# It is often said that backward works only once on a graph. Try it with small
# graphs of ``v``: this function calls backward twice, and says whether the
# second call ran or gave the error above.

v = torch.tensor([3.0], requires_grad=True)


def second_call(result):
    result.backward()
    try:
        result.backward()
    except RuntimeError as error:
        return "refused" if str(error) == message else str(error)
    return "runs"


# %%
# The derivatives of an addition, a negative, a sum and a mean need no value of
# ``v``. Their nodes save no tensor. What will the second call do?

print("v + 1    ", second_call(v + 1))
print("-v       ", second_call(-v))
print("v.sum()  ", second_call(v.sum()))
print("v.mean() ", second_call(v.mean()))
print(v.grad)
# > v + 1     runs
# > -v        runs
# > v.sum()   runs
# > v.mean()  runs
# > tensor([4.])

# %%
# The derivatives are 1, -1, 1 and 1. Each was added twice, and that makes
# :math:`2 - 2 + 2 + 2 = 4`. The rules of the next four use a value: a factor,
# both factors, the result, the input.

print("v * 2    ", second_call(v * 2))
print("v * v    ", second_call(v * v))
print("v.exp()  ", second_call(v.exp()))
print("v.sin()  ", second_call(v.sin()))
# > v * 2     refused
# > v * v     refused
# > v.exp()   refused
# > v.sin()   refused

# %%
# ``v * 2`` is refused although its derivative is a constant: the node saved
# the 2 as a tensor, and backward freed it.
#
# Better than retain_graph
# ------------------------
#
# It is often said that two losses on one graph need ``retain_graph=True``.
# It keeps every saved tensor in memory until the next call. Gradients add up,
# so you can add the losses and run backward once; nothing has to be retained.

w.grad = None
shared = (w + x) * (w + 1)
loss_1 = shared * 2
loss_2 = shared + 1
(loss_1 + loss_2).backward()
print(w.grad)
# > tensor([15.])

# %%
# That is :math:`2 \cdot 5 + 5 = 15`. Where you need backward again later,
# run forward again: it makes a new graph, with the values of that moment.

w.grad = None
for _ in range(2):
    y = (w + x) * (w + 1)
    y.backward()
print(w.grad)
# > tensor([10.])

# %%
# Questions
# ---------
#
# **1.** Which of ``v - 4``, ``v / 4`` and ``v.view(1)`` can run backward
# twice?

# answer
print(second_call(v - 4))
print(second_call(v / 4))
print(second_call(v.view(1)))
# > runs
# > refused
# > runs

# %%
# The rule for a quotient uses the divisor, which the node saved. A difference
# and a view save no tensor.

# %%
# **2.** Two losses share a product. ``loss_1.backward()`` has run. Does
# ``loss_2 = shared + 1`` run, as its own node is a sum?

# answer
shared = (w + x) * (w + 1)
loss_1 = shared - 1
loss_2 = shared + 1
loss_1.backward()
try:
    loss_2.backward()
except RuntimeError as error:
    print(str(error) == message)
# > True

# %%
# The sum runs, and the product below it is refused: the first backward freed
# what it had saved.

# %%
# **3.** ``loss = v * v + t`` runs backward twice, and the second call is
# refused at the product. Afterwards, is ``t.grad`` 1 or 2?

# answer
v = torch.tensor([3.0], requires_grad=True)
t = torch.tensor([1.0], requires_grad=True)
print(second_call(v * v + t))
print(v.grad, t.grad)
# > refused
# > tensor([6.]) tensor([2.])

# %%
# A refused call can leave something behind: ``t`` got its second 1 before
# backward reached the product. Set ``.grad`` to ``None`` before you go on.
