"""Engines that search the passages of a collection for it, on other machines."""
