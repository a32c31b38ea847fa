"""Files from anyone, read and unpacked no further than the limits allow."""

import gzip
import zipfile
import zlib
from pathlib import Path

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.limits import MB, LimitSettings

CHUNK = 2**20


def beyond(path: object, what: str, key: str, limit: int, unit: str = "") -> InputError:
    """Make the line that is said of a file beyond a limit. key: of `data.limits`."""
    return InputError(
        f"{path}: {what}, beyond data.limits.{key} ({limit}{unit}); raise it if you trust the file"
    )


def check_size(path: Path, limits: LimitSettings) -> None:
    """Raise `InputError` for a file that is larger than `limits.file`."""
    size = path.stat().st_size
    if size > limits.file * MB:
        raise beyond(path, f"{size / MB:.0f} MB", "file", limits.file, " MB")


def too_large(atoms: int, limits: LimitSettings) -> str:
    """Say why a structure of so many atoms is not read, or ""."""
    if atoms <= limits.atoms:
        return ""
    return f"too large: {atoms} atoms, beyond data.limits.atoms ({limits.atoms})"


def read_unpacked(path: Path, limits: LimitSettings) -> bytes:
    """Read a file, unpacked if its name ends in `.gz`.

    What a small file unpacks to is counted while it unpacks. Raises `InputError` for one beyond
    `limits.file`, and for an archive that is damaged.
    """
    check_size(path, limits)
    if path.suffix != ".gz":
        return path.read_bytes()
    parts, size = [], 0
    try:
        with gzip.open(path) as file:
            while part := file.read(CHUNK):
                size += len(part)
                if size > limits.file * MB:
                    what = f"unpacks to more than {limits.file} MB"
                    raise beyond(path, what, "file", limits.file, " MB")
                parts.append(part)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: not readable JSON, a damaged archive ({error})") from None
    return b"".join(parts)


class Texts:
    """The files of a folder or of a zip archive, by name.

    Raises `InputError` for an archive that is damaged or that holds more than the limits allow.
    """

    def __init__(self, path: Path, limits: LimitSettings) -> None:
        self.path, self.limits = path, limits
        self.archive: zipfile.ZipFile | None = None
        if path.is_file():
            check_size(path, limits)
            try:
                self.archive = zipfile.ZipFile(path)
            except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
                raise InputError(f"{path}: not a readable zip archive ({error})") from None
            total = sum(info.file_size for info in self.archive.infolist())
            if total > limits.file * MB:
                what = f"unpacks to {total / MB:.0f} MB"
                raise beyond(path, what, "file", limits.file, " MB")
        if len(self.names) > limits.structures:
            raise beyond(path, f"{len(self.names)} files", "structures", limits.structures)

    def __enter__(self) -> "Texts":
        return self

    def __exit__(self, *_: object) -> None:
        if self.archive:
            self.archive.close()

    @property
    def names(self) -> list[str]:
        """The names of the files, sorted."""
        if self.archive:
            return sorted(set(self.archive.namelist()))
        return sorted(str(p.relative_to(self.path)) for p in self.path.rglob("*") if p.is_file())

    def size(self, name: str) -> int:
        """Return the size of a file in bytes, unpacked; no more of it is ever read."""
        if self.archive:
            return self.archive.getinfo(name).file_size
        return (self.path / name).stat().st_size

    def read(self, name: str) -> str:
        """Read a file as text. Raises ValueError if it is damaged or encrypted."""
        if not self.archive:
            return (self.path / name).read_text(encoding="utf-8", errors="replace")
        try:
            return self.archive.read(name).decode(errors="replace")
        except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, zlib.error) as error:
            raise ValueError(str(error)) from None  # RuntimeError: encrypted
