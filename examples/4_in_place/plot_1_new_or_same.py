"""
``a = a + 1`` makes a new tensor, ``a += 1`` keeps it
=====================================================

An in-place operation writes into the memory that a tensor already has.
``id()`` tells which Python object a name holds, ``data_ptr()`` tells where its
first value lies in memory. A view is another object on the same memory.

You need: Python names, and indexing a tensor.

You will be able to say: which of your tensors change when a line writes one.
"""

import torch

a = torch.ones(1)
kept = a


def compare(p, q):
    print("same id:", id(p) == id(q))
    print("same data_ptr:", p.data_ptr() == q.data_ptr())


# %%
# The name ``kept`` holds the first tensor. It also keeps it alive: once a
# tensor is freed, the next one may get its id and its memory, and then a
# comparison says nothing.
#
# A new tensor
# ------------
#
# ``a + 1`` computes a result, and ``a =`` gives the name ``a`` to it. What
# does the old tensor hold now?

a = a + 1
compare(kept, a)
print(kept, a)
# > same id: False
# > same data_ptr: False
# > tensor([1.]) tensor([2.])

# %%
# The old tensor still holds 1. Only the name ``a`` moved.
#
# The same tensor
# ---------------
#
# ``a += 1`` on a tensor does the work of ``a.add_(1)``. Both names should
# show 3.

kept = a
a += 1
compare(kept, a)
print(kept, a)
# > same id: True
# > same data_ptr: True
# > tensor([3.]) tensor([3.])

# %%
# Other spellings of a write are methods with one underscore at the end, such
# as ``zero_``, and ``a[0] = …``.
#
# Another id, the same memory
# ---------------------------
#
# It is often said that ``id()`` shows whether two tensors share memory. A view
# has an id of its own and no memory of its own. Write 9 into the view: what
# does ``row`` print?

row = torch.tensor([1.0, 2.0, 3.0])
view = row.view(3)
view[0] = 9
compare(row, view)
print(row)
# > same id: False
# > same data_ptr: True
# > tensor([9., 2., 3.])

# %%
# So ``id()`` is no test of shared memory. ``data_ptr()`` needs care too: it
# is the address of the *first* element, and a slice may start at another one.
# The block of memory below both is the storage.

tail = row[1:]
compare(row, tail)
p, q = row.untyped_storage(), tail.untyped_storage()
print("same storage:", p.data_ptr() == q.data_ptr())
tail.zero_()
print(row)
# > same id: False
# > same data_ptr: False
# > same storage: True
# > tensor([9., 0., 0.])

# %%
# What does not fit is refused
# ----------------------------
#
# A new tensor may have any shape and type. A write must fit into the memory
# that is there: one place cannot take two values, and a place for an integer
# cannot take 0.5.

count = torch.tensor([1])
print(a + torch.ones(2), count + 0.5)
for target, value in ((a, torch.ones(2)), (count, 0.5)):
    try:
        target += value
    except RuntimeError as error:
        print(error)
# > tensor([4., 4.]) tensor([1.5000])
# > output with shape [1] doesn't match the broadcast shape [2]
# > result type Float can't be cast to the desired output type Long

# %%
# The graph records both
# ----------------------
#
# With gradients, ``a += 1`` keeps the object and gives it a new ``grad_fn``,
# which leads to the old one. The function is now
# :math:`y = (x + w + 1)(w + 1)`, and at :math:`w = 1`, :math:`x = 2`
#
# .. math:: \frac{dy}{dw} = (w + 1) + (x + w + 1) = 2 + 4 = 6.

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)
a = w + x
kept, node = a, a.grad_fn
a += 1
y = a * (w + 1)
y.backward()
print(a is kept, a.grad_fn.next_functions[0][0] is node, w.grad)
# graph: y
# > True True tensor([6.])

# %%
# Questions
# ---------
#
# **1.** ``mine`` holds 1 and goes to two functions, one after the other.
# ``first`` runs ``t = t + 1``, ``second`` runs ``t += 1``, and neither
# returns anything. What does ``mine`` print after each call?

# answer
mine = torch.ones(1)


def first(t):
    t = t + 1


def second(t):
    t += 1


for function in (first, second):
    function(mine)
    print(mine)
# > tensor([1.])
# > tensor([2.])

# %%
# ``first`` moves its own name to a new tensor, which nobody else sees.
# ``second`` writes into the memory of ``mine``.

# %%
# **2.** ``square = four.reshape(2, 2)`` has another id and another shape than
# ``four``, which holds four ones. You run ``square.zero_()``. What does
# ``four`` print?

# answer
four = torch.ones(4)
square = four.reshape(2, 2)
square.zero_()
compare(four, square)
print(four)
# > same id: False
# > same data_ptr: True
# > tensor([0., 0., 0., 0.])

# %%
# Here ``reshape`` could return a view, and did. Where no view is possible, it
# copies.

# %%
# **3.** ``kept = a``, then ``a[:] = a + 1``. Is ``a`` still the same object
# on the same memory?

# answer
a = torch.ones(2)
kept = a
a[:] = a + 1
compare(kept, a)
print(kept)
# > same id: True
# > same data_ptr: True
# > tensor([2., 2.])

# %%
# The right side made a new tensor. ``a[:] =`` then copied its values into the
# memory of ``a``.
