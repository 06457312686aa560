#!/bin/sh
# Installs Outcomes from this bundle, without a network: sh install.sh [--to FOLDER] [--dask]
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
for python in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
    if command -v "$python" >/dev/null 2>&1 && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        exec "$python" "$here/install.py" "$@"
    fi
done
echo "install: Python 3.11 or newer is needed and was not found (PYTHON=/path/to/python sh install.sh names one)" >&2
exit 1
