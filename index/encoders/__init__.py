"""Texts to vectors: the default model out of its PyPI package, or any sentence-transformers one."""
