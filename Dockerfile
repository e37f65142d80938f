# Beam's Python worker with boiloff in it. The entry point stays Beam's own, /opt/apache/beam/boot, which runs as a
# worker, as a pool of workers (--worker_pool), or as whatever a runner asks of it. Python and Beam are those of
# deploy/constraints.txt; docs/scheduling.md shows how to renew both.
FROM apache/beam_python3.11_sdk:2.77.0

COPY deploy/constraints.txt /opt/boiloff/
# What builds boiloff is pinned with the rest, which is why it is built without an isolated environment of its own; the
# C compiler is that of Beam's image.
RUN pip install --no-cache-dir --constraint /opt/boiloff/constraints.txt setuptools Cython "apache-beam[aws,gcp]==2.77.0"

COPY LICENSE README.md pyproject.toml setup.py /opt/boiloff/source/
COPY build_backend /opt/boiloff/source/build_backend
COPY boiloff /opt/boiloff/source/boiloff
COPY configs /opt/boiloff/source/configs
COPY pipeline /opt/boiloff/source/pipeline
COPY transforms /opt/boiloff/source/transforms
RUN pip install --no-cache-dir --no-build-isolation --constraint /opt/boiloff/constraints.txt /opt/boiloff/source \
    && pip check \
    && boiloff --version

COPY deploy/launch.py /opt/boiloff/
