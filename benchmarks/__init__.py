"""Measurements that a maintainer runs. Their figures are kept as data in docs/."""
