"""Zip archives whose bytes depend on their content alone."""

from __future__ import annotations

import io
import zipfile
from typing import Mapping

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that a zip can hold
_UNIX = 3  # else the archive would tell on which system it was made


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Pack files, by name in the order of their names, without the time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def unzipped(archive: bytes) -> Mapping[str, bytes]:
    """The files of an archive, by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
