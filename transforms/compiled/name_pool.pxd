cimport cython

cdef int UNKNOWN, MAX_VALUE_CHARS

@cython.final
cdef class NamePool:
    cdef bytes data
    cdef const unsigned char[::1] src
    # Where the tag or key begins and ends that was read last.
    cdef Py_ssize_t name_start
    cdef Py_ssize_t name_end
    cdef list pool
    cdef dict numbers
    cdef int[::1] slots
    cdef int[::1] names
    cdef int pooled
    cdef int lists
    cdef int[::1] list_firsts
    cdef int[::1] list_flags
    cdef int[::1] list_names
    cdef int listed

    cdef int word(self, Py_ssize_t a, Py_ssize_t n, unsigned long long h)
    cdef int tag_at(self, Py_ssize_t i)
    cdef int key_at(self, Py_ssize_t i)
    cdef int slot(self, Py_ssize_t a, Py_ssize_t b)
    cdef int name(self, Py_ssize_t a, Py_ssize_t b)
    cdef int spread(self)
    cdef int add(self, str name)
    cdef int number(self, str name)
    cdef int short(self, int number)
    cdef int class_list(self, Py_ssize_t a, Py_ssize_t b)
    cdef int without_repeats(self, int[::1] links, int first, int count)
    cdef dict list_columns(self)
