"""What travels between host and client: values as tagged JSON, frames beside them as Arrow, types kept."""

from __future__ import annotations

import base64
import io
import json
import math
import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.gateway.refusals import BodyUnreadable, ValueNotCarried
from erp_core.rehearsal import Rehearsal

PARTS = "application/vnd.erp.parts"
MAGIC = b"ERP1"
_LENGTH = struct.Struct(">Q")
DEPTH_MAX = 100


def pack(value: Any) -> bytes:
    """A value as one body: JSON of the values, then the frames it names by number."""
    frames: list[pl.DataFrame] = []
    text = json.dumps(_tagged(value, frames), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    pieces = [MAGIC, _LENGTH.pack(len(text)), text]
    for frame in frames:
        buffer = io.BytesIO()
        # Half the bytes to write, a fifth to send.
        frame.write_ipc(buffer, compression="lz4" if frame.height > 1000 else "uncompressed")
        content = buffer.getbuffer()
        pieces += [_LENGTH.pack(len(content)), content]
    return b"".join(pieces)


def unpack(body: bytes) -> Any:
    """The value of a body made by pack; refuses BodyUnreadable."""
    if body[:4] != MAGIC:
        raise BodyUnreadable(problem="it does not begin as it should")
    view = memoryview(body)[4:]
    pieces = []
    while len(view):
        if len(view) < _LENGTH.size:
            raise BodyUnreadable(problem="it ends too early")
        size = _LENGTH.unpack(view[: _LENGTH.size])[0]
        view = view[_LENGTH.size :]
        if size > len(view):
            raise BodyUnreadable(problem="it ends too early")
        pieces.append(view[:size])
        view = view[size:]
    if not pieces:
        raise BodyUnreadable(problem="it is empty")
    tree = read_json(bytes(pieces[0]))
    return _untagged(tree, [_frame(piece) for piece in pieces[1:]])


def read_json(text: bytes, **options: Any) -> Any:
    """JSON from outside; whatever is no JSON, nests without end or holds half a character is BodyUnreadable."""
    try:
        read = json.loads(text, **options)
        if b"\\u" in text:
            json.dumps(read, ensure_ascii=False, default=str).encode("utf-8")
    except (ValueError, RecursionError) as problem:
        raise BodyUnreadable(problem=str(problem)[:200]) from problem
    return read


def tagged(value: Any) -> Any:
    """A value without frames as plain JSON with tags; frames become lists of rows."""
    frames: list[pl.DataFrame] = []
    tree = _tagged(value, frames)
    return tree if not frames else _tagged(_rows_for_frames(value), [])


def untagged(tree: Any) -> Any:
    """The value that tagged() was given; refuses BodyUnreadable."""
    return _untagged(tree, [])


def plain(value: Any) -> Any:
    """A value for readers who know nothing of tags: amounts and dates as text, a frame as a list of rows."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):  # JSON knows neither "no number" nor infinity
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, pl.DataFrame):
        return [plain(row) for row in value.to_dicts()]
    if isinstance(value, pl.Series):
        return [plain(one) for one in value.to_list()]
    if isinstance(value, Rehearsal):
        return {"result": plain(value.result), "lines": plain(value.lines), "values": plain(value.values)}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def arrow_stream(frame: pl.DataFrame) -> bytes:
    """A frame as an Arrow stream that every reader of Arrow understands."""
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer, compat_level=pl.CompatLevel.oldest())
    return buffer.getvalue()


def _rows_for_frames(value: Any) -> Any:
    if isinstance(value, pl.DataFrame):
        return value.to_dicts()
    if isinstance(value, pl.Series):
        return value.to_list()
    if isinstance(value, dict):
        return {name: _rows_for_frames(one) for name, one in value.items()}
    return [_rows_for_frames(one) for one in value] if isinstance(value, list | tuple) else value


def _tagged(value: Any, frames: list[pl.DataFrame]) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list):
        return [_tagged(one, frames) for one in value]
    if isinstance(value, dict):
        return _tagged_dict(value, frames)
    if isinstance(value, pl.DataFrame):
        frames.append(value)
        return {"$frame": len(frames) - 1}
    if isinstance(value, pl.Series):
        frames.append(value.alias("").to_frame())
        return {"$series": [len(frames) - 1, value.name]}
    if isinstance(value, Rehearsal):
        return {"$rehearsal": [_tagged(part, frames) for part in (value.result, value.lines, value.values)]}
    if isinstance(value, tuple):
        return {"$tuple": [_tagged(one, frames) for one in value]}
    if isinstance(value, set | frozenset):
        return {"$set": [_tagged(one, frames) for one in sorted(value, key=repr)]}
    return _tagged_scalar(value)


def _tagged_dict(value: dict[Any, Any], frames: list[pl.DataFrame]) -> Any:
    looks_like_a_tag = len(value) == 1 and next(iter(value), "") in _READERS
    if looks_like_a_tag or not all(isinstance(name, str) for name in value):
        return {"$dict": [[_tagged(name, frames), _tagged(one, frames)] for name, one in value.items()]}
    return {name: _tagged(one, frames) for name, one in value.items()}


def _tagged_scalar(value: Any) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, time):
        return {"$time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"$duration": f"{value.days} {value.seconds} {value.microseconds}"}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    raise ValueNotCarried(kind=type(value).__name__)


def _untagged(tree: Any, frames: list[pl.DataFrame], depth: int = 0) -> Any:
    if depth > DEPTH_MAX:
        raise BodyUnreadable(problem="it nests too deep")
    if isinstance(tree, list):
        return [_untagged(one, frames, depth + 1) for one in tree]
    if not isinstance(tree, dict):
        return tree
    if len(tree) == 1:
        tag, inner = next(iter(tree.items()))
        if tag in _READERS:
            try:
                return _READERS[tag](inner, frames, depth + 1)
            except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as problem:
                raise BodyUnreadable(problem=f"{tag} {str(inner)[:60]}") from problem
    return {name: _untagged(one, frames, depth + 1) for name, one in tree.items()}


def _frame(piece: memoryview) -> pl.DataFrame:
    try:
        return pl.read_ipc(io.BytesIO(piece))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, OSError) as problem:
        raise BodyUnreadable(problem=f"Arrow: {str(problem).splitlines()[0][:160] if str(problem) else '?'}") from None


def _numbered(inner: Any, frames: list[pl.DataFrame]) -> pl.DataFrame:
    if not isinstance(inner, int) or not 0 <= inner < len(frames):
        raise ValueError(inner)
    return frames[inner]


def _series(inner: Any, frames: list[pl.DataFrame], depth: int) -> pl.Series:
    number, name = inner
    return _numbered(number, frames).to_series(0).alias(name)


def _rehearsal(inner: Any, frames: list[pl.DataFrame], depth: int) -> Rehearsal:
    result, lines, values = (_untagged(part, frames, depth) for part in inner)
    return Rehearsal(result, lines, values)


def _duration(inner: Any, frames: list[pl.DataFrame], depth: int) -> timedelta:
    days, seconds, microseconds = (int(part) for part in inner.split())
    return timedelta(days=days, seconds=seconds, microseconds=microseconds)


def _pairs(inner: Any, frames: list[pl.DataFrame], depth: int) -> dict[Any, Any]:
    return {_untagged(name, frames, depth): _untagged(one, frames, depth) for name, one in inner}


def _listed(kind: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda inner, frames, depth: kind(_untagged(one, frames, depth) for one in inner)


def _scalar(kind: Callable[[str], Any]) -> Callable[..., Any]:
    return lambda inner, frames, depth: kind(inner)


_READERS: dict[str, Callable[..., Any]] = {
    "$frame": lambda inner, frames, depth: _numbered(inner, frames),
    "$series": _series,
    "$rehearsal": _rehearsal,
    "$dict": _pairs,
    "$tuple": _listed(tuple),
    "$set": _listed(set),
    "$decimal": _scalar(Decimal),
    "$date": _scalar(date.fromisoformat),
    "$datetime": _scalar(datetime.fromisoformat),
    "$time": _scalar(time.fromisoformat),
    "$duration": _duration,
    "$bytes": _scalar(lambda text: base64.b64decode(text, validate=True)),
}
