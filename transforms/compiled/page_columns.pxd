# What is read of a page by several modules: see page_columns.py.

cdef class ElementColumns:
    cdef list pool
    cdef int[::1] element_tags
    cdef int[::1] parents
    cdef int[::1] ids
    cdef int[::1] class_lists
    cdef int[::1] class_firsts
    cdef int[::1] class_names
    cdef int[::1] attribute_firsts
    cdef int[::1] attribute_keys
    cdef int[::1] attribute_values

cdef class BlockColumns:
    cdef int blocks
    cdef int[::1] elements
    cdef int[::1] kinds
    cdef int[::1] block_tags
    cdef int[::1] link_chars
    cdef int[::1] starts
    cdef int[::1] parents
    cdef int[::1] tags
    cdef int[::1] block_prose
    cdef int[::1] first
    cdef int[::1] last
    cdef long long[::1] groups
