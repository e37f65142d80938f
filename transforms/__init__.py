"""Composable page transforms: each takes a page and returns it with more marks on its blocks."""
