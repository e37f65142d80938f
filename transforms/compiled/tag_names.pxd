cimport cython

# What tags do to a tree, as bits; the bits from RAW_BIT on are the number of a raw text element, counted from 1.
cdef int FORMATTING, FOREIGN, NO_FOREIGN, BARRIER, LIST_BARRIER, BLOCK, SPECIAL, ITEM, TERM, ITEM_PASS, LONE, ROOT
cdef int CLOSING, VOID, FORM, PLAIN, FRAMES, SOLID, P, P_END, P_BARRIER, HOLDS_P, OPTION, HOLDS_OPTION
cdef int RAW_BIT, SCRIPT, KNOWN

@cython.final
cdef class TagNames:
    cdef bytes html
    cdef const unsigned char[::1] src
    cdef int[::1] slots
    cdef unsigned long long[::1] first_halves
    cdef unsigned long long[::1] second_halves
    cdef int[::1] name_sizes
    cdef int[::1] known_flags
    cdef unsigned char[::1] had
    cdef dict numbers
    cdef list others
    cdef Py_ssize_t count

    cdef int known(self, Py_ssize_t a, Py_ssize_t b, bint is_tag)
    cdef int number(self, Py_ssize_t a, Py_ssize_t b)
    cdef int add(self, Py_ssize_t a, Py_ssize_t b, bint is_tag)
    cdef int flags(self, int number)
    cdef bint is_new(self, int number)
    cdef bytes name(self, int number)
