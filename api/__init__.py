"""Kutip for programs: the same answers over HTTP and the Model Context Protocol."""
