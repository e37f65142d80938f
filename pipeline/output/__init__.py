"""What a run writes: records, their schemas, the folder they lie in, and the manifest read back."""
