"""What a learned judge of blocks reads: the evidence for and against each block, as numbers."""
