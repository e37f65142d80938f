cimport cython

from boiloff.transforms.compiled.tag_syntax cimport TagSyntax

@cython.final
cdef class RawTexts:
    cdef TagSyntax syntax
    cdef bytes html
    cdef const unsigned char[::1] src
    cdef Py_ssize_t size
    cdef int[::1] raw_ends  # of each raw text element the end tag that was found last
    cdef Py_ssize_t searched  # up to here no script holds a comment
    cdef int[::1] comments  # where each begins, and where a script ends in which it is the first
    cdef int[::1] script_ends
    cdef Py_ssize_t comment

    cdef Py_ssize_t raw_end(self, int raw, Py_ssize_t at)
    cdef bint is_named(self, Py_ssize_t at, bytes name)
    cdef Py_ssize_t script_end(self, Py_ssize_t at)
    cdef void work_out_scripts(self, Py_ssize_t first) except *
