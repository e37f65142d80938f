cimport cython

from boiloff.transforms.compiled.block_rows cimport BlockRows
from boiloff.transforms.compiled.element_rows cimport ElementRows

@cython.final
cdef class TextWriter:
    cdef BlockRows rows
    cdef ElementRows elements
    cdef const unsigned char[::1] words  # the markup, or a part of a text that is written apart
    cdef Py_ssize_t left_out
    cdef str why
    cdef str rest

    cdef int write(self, Py_ssize_t i, Py_ssize_t end, int raw)
    cdef bint joins(self, Py_ssize_t o, int spaced)
    cdef int separator(self, Py_ssize_t i, Py_ssize_t end, int inner, int spaced)
    cdef int rare_text(self, bytes data, bint raw)
    cdef void preformatted(self, str text) except *
