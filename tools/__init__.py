"""What ``make`` and ``nox`` call. Standard library only."""
