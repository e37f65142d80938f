"""Named configurations, shipped with the package: `boiloff clean --config NAME`."""
