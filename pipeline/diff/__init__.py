"""Comparing what two configurations, stores or versions make of the same captures."""
