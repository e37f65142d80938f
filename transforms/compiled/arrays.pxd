cdef object integers(Py_ssize_t count)
cdef object grown(int[::1] table)
cdef object beginning(int[::1] table, Py_ssize_t count)
