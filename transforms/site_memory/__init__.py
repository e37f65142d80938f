"""Remember what a site's articles have in common: sketches of articles, samples of them, and what follows."""
