#!/bin/sh
# Installs a bundle in a clean environment, as on an office laptop: no network, no Pango, no settings, another home.
# Then builds the demo and makes sure that what came out is whole.   sh scripts/try_bundle.sh [BUNDLE.zip]
# Needs Linux, root (for namespaces of its own) and about a minute; ends with 77 where it cannot run.
set -eu
cd "$(dirname "$0")/.."
bundle="${1:-$(ls -t dist/outcomes-*.zip 2>/dev/null | head -n 1)}"
[ -n "$bundle" ] || { echo "try-bundle: no bundle; run make bundle" >&2; exit 1; }
unshare --net --mount true 2>/dev/null || { echo "try-bundle: skipped: namespaces need Linux and root" >&2; exit 77; }
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
python="${PYTHON:-$(command -v python3)}"
"$python" -m zipfile -e "$bundle" "$place"

cat > "$place/inside.sh" <<'INSIDE'
set -eu
place="$1" python="$2"
for library in /lib/*/lib* /usr/lib/*/lib*; do  # a file without content: as good as not there
    case "${library##*/}" in
        libpango*|libharfbuzz*|libfontconfig*|libgobject-2*|libglib-2*|libgraphite2*|libfribidi*|libthai*|libdatrie*)
            [ -f "$library" ] && mount --bind /dev/null "$(readlink -f "$library")" 2>/dev/null || true ;;
    esac
done
[ -x /usr/bin/fc-list ] && mount --bind /dev/null /usr/bin/fc-list
[ -d /etc/fonts ] && mount -t tmpfs none /etc/fonts
if "$python" -c 'import ctypes; ctypes.CDLL("libpango-1.0.so.0")' 2>/dev/null; then
    echo "try-bundle: Pango could not be hidden" >&2; exit 1
fi
if "$python" -c 'import socket; socket.create_connection(("192.0.2.1", 9), 1)' 2>/dev/null; then
    echo "try-bundle: there is a network" >&2; exit 1
fi
cd "$place"
PYTHON="$python" sh outcomes-bundle/install.sh
command="$place/outcomes-bundle/outcomes/bin/outcomes"
"$command" --version
"$command" demo "$place/demo" > /dev/null
"$command" doctor --program "$place/demo"
"$command" figures --program "$place/demo" --quiet > /dev/null
edition="$(ls -d "$place"/demo/out/editions/*/)"
for document in report.pdf public/report.pdf public/headline.pdf report.html public/figures.csv; do
    [ -s "$edition$document" ] || { echo "try-bundle: $document is missing" >&2; exit 1; }
done
sha256sum "${edition}report.pdf" "${edition}public/figures.csv" | sed "s|$place/||"
INSIDE
env -i PATH="$PATH" HOME="$place" LANG=C.UTF-8 unshare --net --mount --propagation private sh "$place/inside.sh" "$place" "$python"
echo "try-bundle: installed without a network, and the demo is whole: $bundle"
