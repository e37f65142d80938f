cimport cython

cdef int NOTHING, TAG, COMMENT, CDATA, OTHER

cdef bint ends_name(int c)

@cython.final
cdef class TagSyntax:
    cdef bytes html
    cdef const unsigned char[::1] src
    cdef Py_ssize_t size
    cdef Py_ssize_t start
    cdef bint is_end
    cdef Py_ssize_t name_start
    cdef Py_ssize_t name_end
    cdef Py_ssize_t last_attribute  # where the last of the attributes ends
    cdef Py_ssize_t attributes_end
    cdef Py_ssize_t found_end
    cdef bint is_closed  # whether the tag has no more attributes than are noted
    # Names of its attributes: where each begins and ends.
    cdef int[::1] keys
    cdef Py_ssize_t key_count
    cdef Py_ssize_t key_end
    cdef Py_ssize_t comment_dashes  # where the end of the last comment begins, and its last byte
    cdef Py_ssize_t comment_close

    cdef Py_ssize_t seek(self, int sign, Py_ssize_t at)
    cdef int find(self, Py_ssize_t at)
    cdef int declaration(self, Py_ssize_t at)
    cdef void tag(self, Py_ssize_t at) except *
    cdef Py_ssize_t attribute(self, Py_ssize_t at)
    cdef Py_ssize_t attribute_end(self, Py_ssize_t at)
    cdef Py_ssize_t rest_of_tag(self)
    cdef Py_ssize_t comment_end(self)
