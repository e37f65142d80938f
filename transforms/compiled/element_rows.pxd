cimport cython

from boiloff.transforms.compiled.name_pool cimport NamePool

cdef int S_TAG, S_PLACE, S_ELEMENT, S_BLOCK, S_KIND, S_LINK, S_ROW, S_PRE, S

@cython.final
cdef class ElementRows:
    cdef NamePool names
    cdef int[::1] elements
    cdef int element_count
    cdef int[::1] attributes  # key and value of each
    cdef int attribute_count
    # The elements that are open, from row 1, and how many of them are recorded.
    cdef int[::1] opened
    cdef int depth
    cdef int recorded

    cdef int push(self, int tag, Py_ssize_t attributes)
    cdef int pop(self)
    cdef int href(self, Py_ssize_t i)
    cdef int element(self, int tag, Py_ssize_t i, int parent, int hidden)
    cdef int read_style(self, bytes style)
    cdef int record(self)
    cdef int is_label(self, int e)
    cdef int link_around(self, int e)
    cdef int is_hidden(self, int e)
    cdef int around_both(self, int one, int other)
    cdef int parts_words(self, int one, int other)
    cdef str fragment(self, int link)
    cdef object places(self)
    cdef list unrecorded(self)
    cdef int innermost_recorded(self)
    cdef dict columns(self)
