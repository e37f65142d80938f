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

@cython.final
cdef class RawTexts:
    cdef TagSyntax syntax
    cdef bytes html
    cdef const unsigned char[::1] src
    cdef Py_ssize_t size
    cdef int[::1] raw_ends  # of each raw text element the end tag that was found last
    cdef Py_ssize_t searched  # up to here no script contains a comment
    cdef int[::1] comments  # where each begins, and where a script ends in which it is the first
    cdef int[::1] script_ends
    cdef Py_ssize_t comment

    cdef Py_ssize_t raw_end(self, int raw, Py_ssize_t at)
    cdef bint is_named(self, Py_ssize_t at, bytes name)
    cdef Py_ssize_t script_end(self, Py_ssize_t at)
    cdef void work_out_scripts(self, Py_ssize_t first) except *
