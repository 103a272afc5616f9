"""Models whose graphs are large and irregular; weights are random, no downloads.

Each function returns the parameters' owner and a scalar loss; ``functional``
ones return None for the owner.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Bottleneck(nn.Module):
    """A residual block of ResNet-50: 1×1, 3×3, 1×1."""

    def __init__(self, inner: int, planes: int, stride: int) -> None:
        super().__init__()
        outer = planes * 4
        self.conv1 = nn.Conv2d(inner, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, outer, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outer)
        self.down: nn.Module = nn.Identity()
        if stride != 1 or inner != outer:
            self.down = nn.Sequential(
                nn.Conv2d(inner, outer, 1, stride, bias=False), nn.BatchNorm2d(outer)
            )

    def forward(self, x: Tensor) -> Tensor:
        """(batch, inner, h, w) → (batch, 4·planes, h / stride, w / stride)."""
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.down(x))


class ResNet50(nn.Module):
    """ResNet-50 with ``width`` channels instead of 64."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn = nn.BatchNorm2d(width)
        blocks: list[nn.Module] = []
        inner = width
        for stage, count in enumerate((3, 4, 6, 3)):
            planes = width * 2**stage
            for k in range(count):
                stride = 2 if stage and not k else 1
                blocks.append(Bottleneck(inner, planes, stride))
                inner = planes * 4
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(inner, 10)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 3, h, w) → (batch, 10)."""
        y = F.max_pool2d(F.relu(self.bn(self.stem(x))), 3, 2, 1)
        return self.head(self.blocks(y).mean((2, 3)))


class Block(nn.Module):
    """A transformer block: causal attention and a feed-forward part."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ln1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.ln2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(batch, time, width) → the same shape."""
        batch, time, width = x.shape
        q, k, v = self.qkv(self.ln1(x)).split(width, dim=2)
        shape = (batch, time, self.heads, width // self.heads)
        q, k, v = (one.view(shape).transpose(1, 2) for one in (q, k, v))
        scores = q @ k.transpose(2, 3) / (width // self.heads) ** 0.5
        hidden = torch.ones(time, time, dtype=torch.bool).triu(1)
        weights = scores.masked_fill(hidden, float("-inf")).softmax(3)
        y = (weights @ v).transpose(1, 2).reshape(batch, time, width)
        x = x + self.proj(y)
        return x + self.mlp(self.ln2(x))


class GPT(nn.Module):
    """A GPT with tied embeddings."""

    def __init__(self, blocks: int = 12, width: int = 16, words: int = 32) -> None:
        super().__init__()
        self.words = nn.Embedding(words, width)
        self.places = nn.Embedding(8, width)
        self.blocks = nn.ModuleList(Block(width, 2) for _ in range(blocks))
        self.ln = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, time) of int64 → (batch, time, words)."""
        x = self.words(tokens) + self.places(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.ln(x) @ self.words.weight.T


class UNet(nn.Module):
    """A U-Net with three levels and skip connections."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.downs = nn.ModuleList(
            _double(a, b) for a, b in ((1, width), (width, 2 * width))
        )
        self.middle = _double(2 * width, 4 * width)
        self.ups = nn.ModuleList(
            nn.ConvTranspose2d(2 * b, b, 2, 2) for b in (2 * width, width)
        )
        self.joins = nn.ModuleList(_double(2 * b, b) for b in (2 * width, width))
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 1, h, w) → the same shape."""
        skips = []
        for down in self.downs:
            x = down(x)
            skips.append(x)
            x = F.max_pool2d(x, 2)
        x = self.middle(x)
        for up, join in zip(self.ups, self.joins, strict=True):
            x = join(torch.cat([up(x), skips.pop()], 1))
        return self.head(x)


def _double(a: int, b: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(a, b, 3, padding=1),
        nn.BatchNorm2d(b),
        nn.ReLU(),
        nn.Conv2d(b, b, 3, padding=1),
        nn.BatchNorm2d(b),
        nn.ReLU(),
    )


class VAE(nn.Module):
    """A variational autoencoder; returns its loss."""

    def __init__(self) -> None:
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(12, 8), nn.ReLU())
        self.mean = nn.Linear(8, 3)
        self.spread = nn.Linear(8, 3)
        self.decode = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 12))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 12) → scalar."""
        hidden = self.encode(x)
        mean, spread = self.mean(hidden), self.spread(hidden)
        z = mean + torch.randn_like(mean) * (0.5 * spread).exp()
        kl = -0.5 * (1 + spread - mean.pow(2) - spread.exp()).sum()
        return F.mse_loss(self.decode(z), x) + 0.01 * kl


class LSTM(nn.Module):
    """A cell written out, unrolled over ``steps`` and predicting at each one."""

    def __init__(self, steps: int, width: int = 4) -> None:
        super().__init__()
        self.steps = steps
        self.inputs = nn.Linear(2, 4 * width)
        self.states = nn.Linear(width, 4 * width)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 2) → (batch, width)."""
        h = c = torch.zeros(x.shape[0], self.states.in_features)
        for _ in range(self.steps):
            gates = self.inputs(x) + self.states(h)
            i, f, g, o = gates.chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
        return h


def mlp() -> tuple[nn.Module, Callable[[], Tensor]]:
    """Two linear layers and a mean squared error: 10 cards or so."""
    model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2))
    x, t = torch.randn(4, 3), torch.randn(4, 2)
    return model, lambda: F.mse_loss(model(x), t)


def resnet() -> tuple[nn.Module, Callable[[], Tensor]]:
    """ResNet-50, thin, on two small images."""
    model = ResNet50()
    x, t = torch.randn(2, 3, 64, 64), torch.tensor([1, 2])
    return model, lambda: F.cross_entropy(model(x), t)


def gpt(blocks: int = 12) -> tuple[nn.Module, Callable[[], Tensor]]:
    """A GPT of 12 blocks on a batch of 2×8 tokens."""
    model = GPT(blocks)
    tokens = torch.randint(0, 32, (2, 8))
    return model, lambda: F.cross_entropy(model(tokens).flatten(0, 1), tokens.flatten())


def unet() -> tuple[nn.Module, Callable[[], Tensor]]:
    """A U-Net of three levels on two 16×16 images."""
    model = UNet()
    x = torch.randn(2, 1, 16, 16)
    return model, lambda: F.mse_loss(model(x), x)


def vae() -> tuple[nn.Module, Callable[[], Tensor]]:
    """A VAE on four vectors."""
    model = VAE()
    x = torch.randn(4, 12)
    return model, lambda: model(x)


def lstm(steps: int = 8) -> tuple[nn.Module, Callable[[], Tensor]]:
    """An LSTM unrolled over ``steps``: about 15 cards a step."""
    model = LSTM(steps)
    x = torch.randn(2, 2)
    return model, lambda: model(x).sum()


def chain(length: int) -> tuple[None, Callable[[], Tensor]]:
    """``length`` multiplications in a row."""
    w = torch.tensor(2.0, requires_grad=True)

    def run() -> Tensor:
        y = w
        for _ in range(length):
            y = y * 1.0001
        return y

    return None, run
