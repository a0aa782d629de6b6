"""From bytes to text: UTF-8, with or without a byte order mark, or the encoding line of a `.py`; the rest is refused."""

from __future__ import annotations

import codecs
import io
import re
import tokenize

from grader.errors import UnusableSubmission

# Codecs that map bytes to text in linear time. Others that an encoding line can name (`idna`, `zip`) do not.
_TEXT_CODECS = re.compile(
    r"utf-8(-sig)?|ascii|iso8859-\d+|latin-?1|iso-8859-\d+|cp\d+|windows-\d+|koi8-[rtu]|mac-roman"
    r"|gbk|gb2312|gb18030|big5(hkscs)?|euc[-_](kr|jp)|shift[-_]jis"
)
_UTF8_ADVICE = "Save it as UTF-8 and hand it in again."


def decode_text(data: bytes, file: str, *, cookie: bool = False) -> str:
    """Decode a submission and normalise its line ends to newline characters.

    Args:
        data: The raw bytes.
        file: Label for messages.
        cookie: Honour an encoding line (PEP 263), as Python does for `.py` files.

    Raises:
        UnusableSubmission: UTF-16 or UTF-32, binary, or bytes that are not of the encoding.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _looks_like_utf16(data):
        raise UnusableSubmission(file, "the file is encoded as UTF-16, not UTF-8.", _UTF8_ADVICE)
    if b"\0" in data:
        raise UnusableSubmission(
            file, "this is a binary file, not text (it holds NUL bytes).", "Hand in one .ipynb or .py file."
        )
    encoding = _declared_encoding(data, file) if cookie else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnusableSubmission(
            file, f"the file is not {encoding.removesuffix('-sig').upper()} text (byte {error.start}).", _UTF8_ADVICE
        ) from error
    return normalise_newlines(text)


def normalise_newlines(text: str) -> str:
    """CRLF and CR become newline characters, which is how Python counts lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _looks_like_utf16(data: bytes) -> bool:
    head = data[:64]
    return len(head) >= 4 and (not any(head[1::2]) or not any(head[::2])) and any(head)


def _declared_encoding(data: bytes, file: str) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data[:4096]).readline)
    except SyntaxError as error:
        if not re.search(rb"coding[:=]", data[:400]):
            # Not an encoding line, but bytes in the first two lines that are not UTF-8; decoding tells where.
            return "utf-8-sig"
        raise UnusableSubmission(file, "its encoding line names no encoding that fits.", _UTF8_ADVICE) from error
    if not _TEXT_CODECS.fullmatch(encoding.lower()):
        raise UnusableSubmission(file, f"the encoding `{encoding}` of its encoding line is not read.", _UTF8_ADVICE)
    return encoding
