"""Inner loops in Cython's pure Python mode: compiled when the package is built, and the same when run as Python."""
