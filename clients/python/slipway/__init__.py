"""Slipway from Python. `slipway.pack` turns trained models into bundles."""
