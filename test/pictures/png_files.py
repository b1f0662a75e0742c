"""PNG files without a library: 8-bit RGB written plainly, and read with any filter (PNG specification, 9)."""
import struct
import zlib

import numpy as np


def _chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def encode(pixels):
    """uint8[H, W, 3] as the bytes of a file."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + pixels[y].astype(np.uint8).tobytes() for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def write(path, pixels):
    with open(path, "wb") as file:
        file.write(encode(pixels))


def _paeth(left, above, corner):
    estimate = left + above - corner
    distances = abs(estimate - left), abs(estimate - above), abs(estimate - corner)
    return (left, above, corner)[distances.index(min(distances))]


def read(path):
    """uint8[H, W, 3] of an 8-bit RGB file."""
    with open(path, "rb") as file:
        content = file.read()
    assert content[:8] == b"\x89PNG\r\n\x1a\n", path
    position, data = 8, b""
    while position < len(content):
        (length,), kind = struct.unpack(">I", content[position:position + 4]), content[position + 4:position + 8]
        body = content[position + 8:position + 8 + length]
        assert struct.unpack(">I", content[position + 8 + length:position + 12 + length])[0] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack(">IIBB", body[:10])
            assert (depth, colours) == (8, 2), (depth, colours)
        if kind == b"IDAT":
            data += body
        position += 12 + length
    raw, stride = zlib.decompress(data), 3 * width
    assert len(raw) == height * (stride + 1)
    rows, before = [], bytearray(stride)
    for y in range(height):
        kind, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride if kind else 0):
            left, corner = (row[i - 3], before[i - 3]) if i >= 3 else (0, 0)
            row[i] = (row[i] + (0, left, before[i], (left + before[i]) // 2, _paeth(left, before[i], corner))[kind]) & 255
        rows.append(bytes(row))
        before = row
    return np.frombuffer(b"".join(rows), np.uint8).reshape(height, width, 3)
