cimport cython

cdef unsigned long long BASIS, PRIME, MASK
cdef int SHIFT
# Roles: what of a text has a hash.
cdef int LABEL, START, WORD, PAIR, LAST_WORD, FIRST_CHARS, TWO_CHARS, LAST_CHARS

cdef unsigned long long paired(unsigned long long one, unsigned long long other) noexcept
cdef unsigned long long hash_of(str words)
cdef unsigned long long hash_of_chars(str text, Py_ssize_t place)
cdef unsigned long long hash_of_pair(list words)

@cython.final
cdef class Slots:
    cdef unsigned char[::1] table
    cdef unsigned long long[::1] hashes
    cdef Py_ssize_t count

    cdef int set(self, int role, unsigned long long hashed) except -1
    cdef int has(self, int role, unsigned long long hashed) except -1
    cdef int is_needed(self, int role, unsigned long long hashed) except -1
    cdef int _place(self, unsigned long long number) except -1
    cdef int _spread(self) except -1
