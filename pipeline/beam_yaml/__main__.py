"""`python -m boiloff.pipeline.beam_yaml`: prints where the provider listing is, for `include` in a pipeline."""

from importlib import resources

if __name__ == "__main__":
    print(resources.files(__package__) / "providers.yaml")
