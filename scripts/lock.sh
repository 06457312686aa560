#!/bin/sh
# Pins every dependency with its hashes. Needs uv (a developer's tool); users install with the pip of their Python.
# No index address is written: the machine's own configuration says where packages come from.
set -eu
cd "$(dirname "$0")/.."
UV="${UV:-.venv/bin/uv}"
common="--universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet --no-config"
"$UV" pip compile $common --group build pyproject.toml -o requirements.lock "$@"
"$UV" pip compile $common --group build --extra dask pyproject.toml -o requirements-dask.lock "$@"
"$UV" pip compile $common --group build --group dev --all-extras pyproject.toml -o requirements-dev.lock "$@"
if grep -nE 'https?://|index-url' requirements.lock requirements-dask.lock requirements-dev.lock; then
    echo "a lock file holds an address" >&2
    exit 1
fi
echo "requirements.lock requirements-dask.lock requirements-dev.lock"
