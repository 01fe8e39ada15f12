"""Static files: their content's hash in their URL, kept by browsers for good, compressed once."""

import zlib
from collections.abc import Container, Mapping
from hashlib import blake2b
from mimetypes import guess_type
from pathlib import Path
from threading import Lock, Thread
from typing import Any, NamedTuple

import brotli
from starlette.datastructures import URLPath
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Mount
from starlette.types import Receive, Scope, Send

from app.web.accept import quality
from app.web.responses import not_modified

FOR_GOOD = "public, max-age=31536000, immutable"
COMPRESSED_FROM = 500  # bytes; less is not worth it
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml")
# A script that begins so is compiled by Chromium as it arrives, in the background. Otherwise it
# would be parsed again, several times, when it runs: Plotly is one function of 4.8 MB.
COMPILE_ALL = b"//# allFunctionsCalledOnLoad\n"
BROTLI_QUALITY = 9  # at most 11, where Plotly is a tenth smaller and takes twelve times as long


class _File(NamedTuple):
    body: bytes
    media_type: str
    etag: str

    @property
    def compressible(self) -> bool:
        return len(self.body) >= COMPRESSED_FROM and self.media_type.startswith(COMPRESSIBLE)


class Assets:
    """An ASGI application of the files in some directories, which it reads when it is made.

    Attributes:
        version: hash of all of them, a directory of their URLs. One hash for all lets scripts
            import each other by relative names.
    """

    def __init__(self, places: Mapping[str, Path], compiled: Container[str] = ()) -> None:
        """Read them.

        Args:
            places: a prefix, and the directory or the file that is found below it.
            compiled: names of scripts to be compiled wholly as they arrive.
        """
        paths = {
            f"{prefix}{path.relative_to(root if root.is_dir() else root.parent).as_posix()}": path
            for prefix, root in places.items()
            for path in (sorted(root.rglob("*")) if root.is_dir() else [root])
            if path.is_file()
        }
        self._files = {
            name: _read(path, COMPILE_ALL if name in compiled else b"")
            for name, path in paths.items()
        }
        named = "".join(f"{name}:{file.etag}\n" for name, file in self._files.items())
        self.version = blake2b(named.encode(), digest_size=8).hexdigest()
        self._compressed: dict[tuple[str, str], bytes] = {}
        self._lock = Lock()

    def compress(self) -> None:
        """Compress in the background; until then answers are larger."""
        Thread(target=self.compress_all, name="compress", daemon=True).start()

    def compressed(self, name: str, encoding: str) -> bytes | None:
        """A file's bytes in an encoding; None as long as they are not made."""
        return self._compressed.get((name, encoding))

    def compress_all(self) -> None:
        """Compress what is worth it."""
        with self._lock:  # started twice, it is done once
            wanted = [(n, f) for n, f in self._files.items() if f.compressible]
            for name, file in wanted:
                if (name, "gzip") not in self._compressed:
                    self._compressed[name, "gzip"] = _gzip(file.body)
            for name, file in wanted:
                if (name, "br") not in self._compressed:
                    self._compressed[name, "br"] = brotli.compress(
                        file.body, quality=BROTLI_QUALITY
                    )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD of a file, under this version or, to be asked again, any other."""
        request = Request(scope)
        if request.method not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        version, _, name = str(scope["path"]).removeprefix(scope["root_path"])[1:].partition("/")
        current = version == self.version
        if not current and name not in self._files:
            name = f"{version}/{name}" if name else version
        if name not in self._files:
            raise HTTPException(404)
        await self._answer(request, name, current)(scope, receive, send)

    def _answer(self, request: Request, name: str, current: bool) -> Response:
        file = self._files[name]
        headers = {
            # A page from before an update gets today's files, and has to ask again each time.
            "Cache-Control": FOR_GOOD if current else "no-cache",
            "ETag": file.etag,
            **({"Vary": "Accept-Encoding"} if file.compressible else {}),
        }
        if unchanged := not_modified(request.headers, headers):
            return unchanged
        body = file.body
        accepted = request.headers.get("Accept-Encoding", "")
        for encoding in ("br", "gzip"):  # the smallest that is accepted at all
            compressed = self.compressed(name, encoding)
            if compressed and quality(accepted, encoding):
                body = compressed
                headers["Content-Encoding"] = encoding
                break
        headers["Content-Length"] = str(len(body))
        content = body if request.method == "GET" else b""
        return Response(content, headers=headers, media_type=file.media_type)


class AssetsMount(Mount):
    """Makes URLs of files with the version in them."""

    app: Assets

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As any mount's; it is the route by which requests are counted."""
        match, found = super().matches(scope)
        return match, {**found, "route": self}

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """The path of a file, by its name without version."""
        if "path" in path_params:
            path_params["path"] = f"{self.app.version}/{path_params['path']}"
        return super().url_path_for(name, **path_params)


def _read(path: Path, hint: bytes) -> _File:
    body = hint + path.read_bytes()
    media_type = guess_type(path.name)[0] or "application/octet-stream"
    return _File(body, media_type, f'W/"{blake2b(body, digest_size=16).hexdigest()}"')


def _gzip(body: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)  # 16: gzip's own header
    return compressor.compress(body) + compressor.flush()
