# attack: 37
# form: a file of the work folder mapped for execution, made executable afterwards, or loaded as a library
# replaces: plot_history
# denies: mmap
# denies: mprotect
# denies: dlopen
# denies: import of a module
# allows: mmap of a system library
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import importlib.util
    import mmap
    import shutil
    import sys

    print("ran")
    import _ctypes

    shutil.copy(_ctypes.__file__, "atk_library.so")

    def attempt(what, do):
        try:
            do()
            print(f"reached: {what}")
        except (OSError, ImportError):
            print(f"denied: {what}")

    def map_for(path, protection):
        fd = os.open(path, os.O_RDONLY)
        return mmap.mmap(fd, 4096, mmap.MAP_PRIVATE, protection)

    def change():
        page = map_for("atk_library.so", mmap.PROT_READ | mmap.PROT_WRITE)
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(4096), 5) != 0:
            raise OSError(ctypes.get_errno(), "mprotect")

    def load():
        spec = importlib.util.spec_from_file_location("_ctypes_test", "./atk_library.so")
        importlib.util.module_from_spec(spec)

    attempt("mmap", lambda: map_for("atk_library.so", mmap.PROT_READ | mmap.PROT_EXEC))
    attempt("mprotect", change)
    attempt("dlopen", lambda: ctypes.CDLL("./atk_library.so"))
    attempt("import of a module", load)
    try:
        map_for(os.path.realpath(sys.executable or _ctypes.__file__) or _ctypes.__file__, mmap.PROT_READ | mmap.PROT_EXEC)
        print("allowed: mmap of a system library")
    except OSError as error:
        print(f"refused: mmap of a system library {error}")
