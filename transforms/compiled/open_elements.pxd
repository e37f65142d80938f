cimport cython

from boiloff.transforms.compiled.tag_names cimport TagNames

cdef int PASSED, UNFORMATTED

@cython.final
cdef class OpenElements:
    cdef Py_ssize_t depth
    cdef int foreign
    cdef long long active
    cdef int paragraphs
    cdef int[::1] names
    cdef int[::1] flags
    cdef int[::1] tags
    cdef int[::1] counts  # how many are open of each formatting tag
    cdef dict numbers  # the number of each formatting tag

    cdef void push(self, int name, int flags, int tag) except *
    cdef int formatting_number(self, bytes tag)
    cdef Py_ssize_t closed_by_end(self, int name, int flags)
    cdef Py_ssize_t closed_by_item(self, int flags)
    cdef void hold(self, int what) except *
    cdef void close_paragraph(self) except *
    cdef bytes close(self, Py_ssize_t at, TagNames names)
