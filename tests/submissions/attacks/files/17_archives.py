# attack: 17
# form: archives in place of a submission: one that unpacks to a terabyte, one whose names leave the folder, one with a link
# status: unusable
import io
import tarfile
import zipfile


def make(folder, wrong):
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("submission.py", b"0" * (64 << 20))
    with zipfile.ZipFile(folder / "slip.zip", "w") as slip:
        slip.writestr("../../../../../../../../tmp/atk-17-slip.py", wrong)
        slip.writestr("/tmp/atk-17-absolute.py", wrong)
    with tarfile.open(folder / "link.tar", "w") as tar:
        link = tarfile.TarInfo("submission.py")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link, io.BytesIO())
    return ["bomb.zip", "slip.zip", "link.tar"]
