# How facts about names are kept: see names.py.
cdef int FACTS, WORDS, STATE
