"""How files with rows are kept at rest: in clear, or encrypted with keys derived from person.key (`[privacy] encrypt`).

Parquet is encrypted as its standard says (AES-GCM, 256 bits, one key for all files), the warehouse and what DuckDB
spills by DuckDB. DuckDB writes with the OpenSSL that its extension httpfs brings along; the extension comes as a Python
package of the same version and is loaded by its path: nothing is fetched, and its network parts are switched off.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UserError
from pipeline.program.key import read_key

if TYPE_CHECKING:
    import duckdb

    from pipeline.program.model import Program

PACKAGE = "duckdb_extension_httpfs"
_KEY_NAME = "rows"
_NETWORK = "HTTPFileSystem,S3FileSystem,HuggingFaceFileSystem"
_WHERE = "program.toml, privacy.encrypt"


class Seal:
    """The one way to keep rows of a program. It never shows its keys: not in its text, and not in an error."""

    def __init__(self, secret: bytes | None = None) -> None:
        """With a secret files are encrypted, without one they are in clear."""
        self.encrypted = secret is not None
        self._parquet = _derived(secret, b"parquet 1") if secret is not None else b""
        self._database = _derived(secret, b"warehouse 1") if secret is not None else b""

    def prepare(self, con: duckdb.DuckDBPyConnection) -> None:
        """`con` can read and write such files, and encrypts what it spills. UserError when it lacks what it takes."""
        if not self.encrypted:
            return
        con.execute(f"LOAD '{_quoted(str(extension()))}'")
        con.execute(f"SET disabled_filesystems = '{_NETWORK}'")
        con.execute("SET temp_file_encryption = true")
        con.execute(f"PRAGMA add_parquet_key('{_KEY_NAME}', '{_text(self._parquet)}')")

    @property
    def reading(self) -> str:
        """The further arguments of `read_parquet`."""
        return f", encryption_config = {{footer_key: '{_KEY_NAME}'}}" if self.encrypted else ""

    @property
    def copying(self) -> str:
        """The further options of `COPY … TO` a Parquet file."""
        return f", ENCRYPTION_CONFIG {{footer_key: '{_KEY_NAME}'}}" if self.encrypted else ""

    def attaching(self, *options: str) -> str:
        """The options of `ATTACH`, among them that of the key."""
        key = [f"ENCRYPTION_KEY '{_text(self._database)}'"] if self.encrypted else []
        return f" ({', '.join([*options, *key])})" if options or key else ""


#: Files in clear.
CLEAR = Seal()


def seal_of(program: Program, secret: bytes | None = None) -> Seal:
    """How this program keeps its rows; `secret` is its person key when that was read already."""
    if not program.privacy.encrypt:
        return CLEAR
    return Seal(read_key(program) if secret is None else secret)


@cache
def extension() -> Path:
    """The file of DuckDB's extension. UserError when its package is missing or of another version."""
    import duckdb

    found = find_spec(PACKAGE)
    version = duckdb.__version__
    path = (
        Path(found.origin).parent / "extensions" / f"v{version}" / "httpfs.duckdb_extension"
        if found and found.origin
        else None
    )
    if path is None or not path.is_file():
        name = PACKAGE.replace("_", "-")
        state = "is not installed" if path is None else "is of another version"
        hint = f"Set Outcomes up anew (`make setup`), or install {name}=={version} beside it."
        raise UserError(f"encryption needs the package {name}, which {state} (DuckDB is {version})", _WHERE, hint)
    return path


def _derived(secret: bytes, use: bytes) -> bytes:
    """A key of 32 bytes for one use: neither it nor the others give the secret away."""
    return hmac.new(secret, b"outcomes at rest\0" + use, hashlib.sha256).digest()


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _quoted(text: str) -> str:
    return text.replace("'", "''")
