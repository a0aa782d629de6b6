# attack: 35
# form: a PNG of 500 bytes that says 100,000 pixels a side, and one whose text blows up to 128 MB
# replaces: plot_history, plot_feature_maps
# found: plot_history/returns_figure failed
import struct
import zlib


def png(width, height, *chunks):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + body


def forged(data):
    print("ran")
    figure = plt.figure()
    figure.savefig = lambda buffer, **options: buffer.write(data)
    return figure


def plot_history(history):
    return forged(png(100_000, 100_000))


def plot_feature_maps(maps):
    packer = zlib.compressobj(1)
    text = b"".join(packer.compress(bytes(1 << 20)) for _ in range(128)) + packer.flush()
    return forged(png(64, 64, (b"zTXt", b"Comment\0\0" + text)))
