cimport cython

cdef unsigned long long BASIS, PRIME, MASK
# Roles: what of a text has a hash.
cdef int LABEL, START, WORD, PAIR, LAST_WORD, FIRST_CHARS, TWO_CHARS, LAST_CHARS

cdef unsigned long long paired(unsigned long long one, unsigned long long other) noexcept
cdef unsigned long long hash_of(str words)
cdef unsigned long long hash_of_chars(str text, Py_ssize_t place)
cdef unsigned long long hash_of_pair(list words)

@cython.final
cdef class Slots:
    cdef unsigned char[::1] table
    cdef set hashes

    cdef void set(self, int role, unsigned long long hashed) except *
    cdef int has(self, int role, unsigned long long hashed) except -1
    cdef int _is_in_set(self, int role, unsigned long long hashed) except -1
