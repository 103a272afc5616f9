"""
A line is fitted by backward, step and zero
===========================================

Training repeats four lines: compute the loss, run backward, move the weights,
empty their gradients. Here you write them by hand, then with
``torch.optim.SGD``, and the numbers agree exactly.

You need: accumulated gradients, ``no_grad``, and updates in place.

You will be able to say: what each line of a training loop is there for.
"""

import textwrap

import torch

x = torch.tensor([-1.0, 0.0, 1.0, 2.0])
t = 2 * x + 1


def start():
    return [torch.zeros(1, requires_grad=True) for _ in range(2)]


def loss_of(w, b):
    return ((w * x + b - t) ** 2).mean()


# %%
# The four targets are :math:`t = -1, 1, 3, 5`. At the start :math:`w = b =
# 0`, so the error :math:`r = wx + b - t` of each point is :math:`1, -1, -3,
# -5`, and the loss is :math:`(1 + 1 + 9 + 25) / 4 = 9`.
#
# The first gradient
# ------------------
#
# .. math::
#
#    \begin{aligned}
#    \frac{\partial L}{\partial w} &= \frac{2}{4} \sum r x
#      = \frac{1}{2} (-1 + 0 - 3 - 10) = -7 \\
#    \frac{\partial L}{\partial b} &= \frac{2}{4} \sum r
#      = \frac{1}{2} (1 - 1 - 3 - 5) = -4
#    \end{aligned}

w, b = start()
loss = loss_of(w, b)
loss.backward()
print(loss.item(), w.grad, b.grad)
# graph: loss
# > 9.0 tensor([-7.]) tensor([-4.])

# %%
# The first step
# --------------
#
# With the learning rate 0.25, ``w`` goes to :math:`0 + 0.25 \cdot 7 = 1.75`
# and ``b`` to :math:`0 + 0.25 \cdot 4 = 1`. The update is in place, so that
# both stay leaves, and under ``no_grad``, so that it is allowed.


def step(w, b):
    with torch.no_grad():
        for weight in (w, b):
            weight -= 0.25 * weight.grad
            weight.grad = None


step(w, b)
print(w.item(), b.item())
# > 1.75 1.0

# %%
# Three more steps. Keep a copy of the weights after each one.

by_hand = [torch.cat([w, b]).detach()]
for _ in range(3):
    loss_of(w, b).backward()
    step(w, b)
    by_hand.append(torch.cat([w, b]).detach())
for values in by_hand:
    print(values.tolist())
# > [1.75, 1.0]
# > [1.9375, 1.0625]
# > [1.96875, 1.046875]
# > [1.98046875, 1.03125]

# %%
# The same with an optimizer
# --------------------------
#
# ``optimizer.step()`` does the update, ``optimizer.zero_grad()`` sets the
# gradients to ``None``. Do the numbers agree to the last bit?

w, b = start()
optimizer = torch.optim.SGD([w, b], lr=0.25)
for values in by_hand:
    loss_of(w, b).backward()
    optimizer.step()
    optimizer.zero_grad()
    now = torch.cat([w, b]).detach()
    print(now.tolist(), torch.equal(now, values))
# > [1.75, 1.0] True
# > [1.9375, 1.0625] True
# > [1.96875, 1.046875] True
# > [1.98046875, 1.03125] True

# %%
# They do, because a product with 0.25, a power of two, is not rounded. With a
# rate such as 0.1 the two ways may round differently, in the last digit.
#
# Run on, and the line is found.

for _ in range(40):
    loss_of(w, b).backward()
    optimizer.step()
    optimizer.zero_grad()
print(f"{w.item():.6f} {b.item():.6f} {loss_of(w, b).item():.6f}")
# > 2.000000 1.000000 0.000000

# %%
# Without zeroing
# ---------------
#
# Leave out the last line of the loop. Each step now moves by the *sum* of all
# gradients so far. The weights run past 2 and 1, and swing back too late.

w, b = start()
optimizer = torch.optim.SGD([w, b], lr=0.25)
for count in range(1, 41):
    loss_of(w, b).backward()
    optimizer.step()
    if count in (1, 2, 3, 4, 39, 40):
        loss = loss_of(w, b).item()
        print(f"{count:2} {w.item():8.4f} {b.item():8.4f} {loss:8.4f}")
# >  1   1.7500   1.0000   0.0938
# >  2   3.6875   2.0625   7.1934
# >  3   4.0938   2.1719  10.4026
# >  4   2.6367   1.1719   0.7471
# > 39   1.7411   0.8409   0.1670
# > 40   3.5847   2.1189   6.7921

# %%
# Nothing raises an error, and after 40 steps nothing is found.
#
# The loss outside the loop
# -------------------------
#
# The graph belongs to one forward pass. A loss that is computed once, before
# the loop, serves one backward.

w, b = start()
loss = loss_of(w, b)
try:
    for _ in range(2):
        loss.backward()
        step(w, b)
except RuntimeError as error:
    print(textwrap.fill(str(error), width=75))
# > Trying to backward through the graph a second time (or directly access
# > saved tensors after they have already been freed). Saved intermediate
# > values of the graph are freed when you call .backward() or autograd.grad().
# > Specify retain_graph=True if you need to backward through the graph a
# > second time or if you need to access saved tensors after calling backward.

# %%
# Questions
# ---------
#
# **1.** Somebody calls ``zero_grad()`` between ``backward()`` and ``step()``.
# Where are ``w`` and ``b`` after ten rounds?

# answer
w, b = start()
optimizer = torch.optim.SGD([w, b], lr=0.25)
for _ in range(10):
    loss_of(w, b).backward()
    optimizer.zero_grad()
    optimizer.step()
print(w.item(), b.item())
# > 0.0 0.0

# %%
# The optimizer skips a weight whose gradient is ``None``, so ten rounds moved
# nothing.

# %%
# **2.** Without zeroing, what does ``w.grad`` hold after the second
# ``backward()``? The first gradient is -7, and at :math:`w = 1.75`,
# :math:`b = 1` the errors :math:`r` are :math:`0.25, 0, -0.25, -0.5`.

# answer
w, b = start()
optimizer = torch.optim.SGD([w, b], lr=0.25)
loss_of(w, b).backward()
optimizer.step()
loss_of(w, b).backward()
print(w.grad)
# > tensor([-7.7500])

# %%
# The second gradient is :math:`\frac{1}{2}(-0.25 + 0 - 0.25 - 1) = -0.75`,
# and it was added to -7.

# %%
# **3.** The message about the second backward names ``retain_graph=True``.
# With it the loop above runs, four rounds, without an error. Where are ``w``
# and ``b`` then?

# answer
w, b = start()
loss = loss_of(w, b)
for _ in range(4):
    loss.backward(retain_graph=True)
    step(w, b)
print(w.item(), b.item())
# > 7.0 4.0

# %%
# Each backward repeats the gradient of the start, -7 and -4, wherever the
# weights are: :math:`4 \cdot 1.75 = 7`. Compute the loss inside the loop.
