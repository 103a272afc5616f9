"""
Gradients accumulate
====================

``backward()`` adds to ``w.grad``; it does not replace what is there. The
addition is done by one node of the graph, which you find here by hand.

You need: :doc:`/lessons/1_first_graph/plot_3_backward_nodes`.

You will be able to say: what ``w.grad`` holds after several passes, and
which two sums made that number.
"""

import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)

# %%
# With :math:`a = w + x = 3`, :math:`b = w + 1 = 2` and :math:`y = ab`, the
# derivative on paper is
#
# .. math:: \frac{\partial y}{\partial w} = b + a = 2 + 3 = 5.
#
# The loop below never changes ``w`` or ``x``, so each of its four passes
# has the derivative 5. Which four lines do you expect?

for _ in range(4):
    a = torch.add(w, x)
    b = torch.add(w, 1)
    y = torch.mul(a, b)
    y.backward()
    print(w.grad)
# > tensor([5.])
# > tensor([10.])
# > tensor([15.])
# > tensor([20.])

# %%
# Each pass computed 5 and added it to what the passes before it had left.
# ``torch.autograd.grad`` returns a derivative and leaves the field alone, so
# it shows the two numbers side by side.

y = (w + x) * (w + 1)
(derivative,) = torch.autograd.grad(y, w)
print(derivative, w.grad)
# > tensor([5.]) tensor([20.])

# %%
# It is often said that ``backward()`` writes the gradient into ``w.grad``,
# over the old one. Put a number of your own there, and see what becomes of
# it.

w.grad = torch.tensor([100.0])
y = (w + x) * (w + 1)
y.backward()
print(w.grad)
# > tensor([105.])

# %%
# Your 100 is still inside. The field is a running total, and nothing in
# ``backward()`` asks where the total came from.
#
# Who adds
# --------
#
# The last node in front of a leaf is an ``AccumulateGrad``. Go there through
# ``a``, then through ``b``: how many such nodes does ``w`` have?

y = (w + x) * (w + 1)
through_a, through_b = [edge[0] for edge in y.grad_fn.next_functions]
adder = through_a.next_functions[0][0]
print(type(adder).__name__, "for w:", adder.variable is w)
print("the same node:", adder is through_b.next_functions[0][0])
# > AccumulateGrad for w: True
# > the same node: True

# %%
# One node, with one edge from ``a`` and one from ``b``. It holds ``w``, and
# its work is the addition to ``w.grad``: a hook before it sees the old total,
# the line after ``backward()`` the new one.

w.grad = torch.tensor([100.0])
adder.register_prehook(lambda g: print("adds", g[0], "to", w.grad))
y.backward()
print(w.grad)
# > adds tensor([5.]) to tensor([100.])
# > tensor([105.])
# graph: y

# %%
# Two sums, not one
# -----------------
#
# The hook ran once and saw 5, not 2 and then 3. So the sum over the two
# paths was finished before the node ran. Hooks on ``a`` and ``b`` show its
# two terms; the field starts at ``None`` this time.

w.grad = None
a, b = w + x, w + 1
a.register_hook(lambda g: print("through a:", g))
b.register_hook(lambda g: print("through b:", g))
(a * b).backward()
# > through b: tensor([3.])
# > through a: tensor([2.])
# > adds tensor([5.]) to None

# %%
# (The engine came to ``b`` first, because ``b`` was made last.)
#
# Inside one pass, the engine adds what arrives over several paths:
# :math:`2 + 3 = 5`. That is the chain rule, and no call of yours turns it
# off. Across passes, ``AccumulateGrad`` adds the 5 to the field:
# that is a convention of torch, and you end it by emptying the field.
#
# Empty means ``None``. The number 0 is refused.

try:
    w.grad = 0
except TypeError as error:
    print(error)
# > assigned grad expected to be a Tensor or None but got grad of type int

# %%
# :doc:`/lessons/2_backward/plot_3_zero_or_none` is about emptying the field
# and about the tensor of zeros that can stand there instead.
#
# Questions
# ---------
#
# **1.** The field is ``None``. Two fresh graphs of the same function are
# added, and ``backward()`` is called once, on the sum. What is in ``w.grad``?

# answer
w.grad = None
total = (w + x) * (w + 1) + (w + x) * (w + 1)
total.backward()
print(w.grad)
# > adds tensor([10.]) to None
# > tensor([10.])

# %%
# The same 10 as after two calls, but made by the other sum: four paths lead
# to ``w``, and their total reached the node in one piece. (The hook is still
# on the node, so it prints here too.)

# %%
# **2.** ``first = w.grad`` keeps the 10 under another name, to be looked at
# later. Then one more pass runs. What does ``first`` show?

# answer
first = w.grad
((w + x) * (w + 1)).backward()
print(first, first is w.grad)
# > adds tensor([5.]) to tensor([10.])
# > tensor([15.]) True

# %%
# The node added in place, to the tensor that both names stand for. To keep
# a gradient for later, keep ``w.grad.clone()``.
