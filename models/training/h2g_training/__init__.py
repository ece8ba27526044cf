"""Trains the networks of H2G-Net, judges them and writes them out as model bundles for H2G-Flow."""
