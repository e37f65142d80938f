cimport cython

@cython.final
cdef class Edits:
    cdef const unsigned char[::1] src
    cdef Py_ssize_t count
    cdef int[::1] starts
    cdef int[::1] ends
    cdef list texts

    cdef void replace(self, Py_ssize_t tag, Py_ssize_t start, Py_ssize_t end, bytes text) except *
    cdef void _append(self, Py_ssize_t start, Py_ssize_t end, bytes text) except *
    cdef bytes made(self, bytes html)
