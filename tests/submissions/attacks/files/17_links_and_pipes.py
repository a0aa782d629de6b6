# attack: 17
# form: links to files of the machine, to itself and to a device, and a FIFO, under the name of a submission
# status: unusable
import os


def make(folder, wrong):
    os.symlink("/etc/passwd", folder / "passwd.py")
    os.symlink("/dev/zero", folder / "zero.py")
    os.symlink("loop.py", folder / "loop.py")
    os.symlink("../../out/report.json", folder / "report.py")
    os.mkfifo(folder / "pipe.py")
    return ["passwd.py", "zero.py", "loop.py", "report.py", "pipe.py"]
