"""The one namespace of boiloff's Beam counters."""

NAMESPACE = "boiloff"
