"""The version, where setup and code both find it."""

__version__ = "0.1.0"
