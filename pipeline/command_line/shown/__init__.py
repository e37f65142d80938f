"""Pages, differences and runs as people and programs are shown them."""
