# The workflow with its environment, on the CPU. The results are those of the folder that is mounted:
#   docker build --tag ccdcgan .
#   docker run --rm --volume "$PWD/results:/ccdcgan/results" ccdcgan
#   docker run --rm --volume "$PWD/results:/ccdcgan/results" --volume "$PWD/mine.yaml:/mine.yaml:ro" \
#       ccdcgan .venv/bin/snakemake --cores 2 --configfile presets/generate.yaml /mine.yaml -- hull
FROM python:3.12-slim-bookworm

SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# Whichever versions the distribution has.
# hadolint ignore=DL3008
RUN apt-get update && \
    apt-get install --yes --no-install-recommends g++ git make && \
    rm -rf /var/lib/apt/lists/*

# No root, and the owner of what it writes: docker build --build-arg ID="$(id -u)".
ARG ID=1000
RUN useradd --uid "$ID" --create-home ccdcgan && install --directory --owner=ccdcgan /ccdcgan
USER $ID
WORKDIR /ccdcgan

# Before the rest, so that a change of the code leaves the environment as it is.
COPY --chown=ccdcgan Makefile requirements.lock ./
RUN make .venv PYTHON=python3

COPY --chown=ccdcgan Snakefile config.yaml ./
COPY --chown=ccdcgan presets presets
COPY --chown=ccdcgan profiles profiles
COPY --chown=ccdcgan pretrained pretrained
COPY --chown=ccdcgan report report
COPY --chown=ccdcgan rules rules
COPY --chown=ccdcgan schemas schemas
COPY --chown=ccdcgan envs envs
COPY --chown=ccdcgan workflow_scripts workflow_scripts
RUN mkdir results

CMD ["make"]
