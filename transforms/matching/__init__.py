"""What rules read: words, names of elements, sums over containers, phrases, and the runs they make."""
