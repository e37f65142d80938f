"""`python -m boiloff.pipeline.beam_yaml`: print the path of the provider listing, to `include` in a pipeline."""

from importlib import resources

if __name__ == "__main__":
    print(resources.files(__package__) / "providers.yaml")
