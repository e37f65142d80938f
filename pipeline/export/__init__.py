"""A run's articles in the forms that other tools read."""
