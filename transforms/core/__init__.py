"""What every transform builds on: the page model, the base of transforms, limits."""
