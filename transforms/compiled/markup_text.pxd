cimport cython

cdef int white(int c, int d, int e) noexcept
cdef int invisible(int c, int d, int e) noexcept
cdef bint is_joiner(int c, int d, int e) noexcept
cdef bint may_join(int lead, int second) noexcept
cdef int reference(const unsigned char[::1] src, Py_ssize_t i, Py_ssize_t end)
cdef str plain(bytes value)
