cimport cython

from boiloff.transforms.compiled.element_rows cimport ElementRows

@cython.final
cdef class BlockRows:
    cdef ElementRows elements
    cdef int[::1] blocks
    cdef int block_count
    cdef int[::1] runs
    cdef int run_count
    cdef int[::1] links
    cdef int link_count
    cdef bytearray text_bytes
    cdef unsigned char[::1] out
    cdef Py_ssize_t o  # bytes of text written
    cdef int chars  # code points of text written
    cdef int[::1] cells  # the block that each cell of an open row begins with
    cdef int cell_count
    # The block that is being collected: where it begins, and what is before the next word.
    cdef Py_ssize_t block_start
    cdef int block_chars
    cdef int first_run
    cdef int first_link
    cdef int link_chars
    cdef int space
    cdef int breaks
    cdef str held
    # What the page may still hold, and what of it this block may: when it began and now; which limit comes next.
    cdef Py_ssize_t max_blocks
    cdef Py_ssize_t max_block_chars
    cdef Py_ssize_t left
    cdef Py_ssize_t given
    cdef Py_ssize_t room
    cdef str limit

    cdef int run(self, Py_ssize_t at, Py_ssize_t o, int chars, int inner)
    cdef int common(self, int first, int last)
    cdef int flush(self)
    cdef int begin_block(self)
    cdef void leave_out_permalinks(self) except *
    cdef bint is_permalink(self, int k, int beside)
    cdef int begin_cell(self)
    cdef int end_row(self, int first)
    cdef int last_element(self)
    cdef str text(self)
    cdef dict columns(self)
