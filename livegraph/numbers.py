"""One number as people write it."""

from __future__ import annotations

from livegraph.graph import Number


def number_words(number: Number) -> str:
    """Return a number with four significant digits: 0.3333, 1e+20, nan, True."""
    if isinstance(number, complex):
        imaginary = f"{number_words(abs(number.imag))}j"
        if not number.real:
            return f"-{imaginary}" if number.imag < 0 else imaginary
        sign = "-" if number.imag < 0 else "+"
        return f"{number_words(number.real)}{sign}{imaginary}"
    if isinstance(number, int):
        return str(number)
    # Zero has one spelling: a minus sign on it would look like a mistake.
    return f"{number:.4g}" if number else "0"
