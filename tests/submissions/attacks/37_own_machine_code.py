# attack: 37
# form: own machine code that enters the kernel by the doors of 32 bits and of x32, which a filter for 64 bits overlooks
# replaces: plot_history
# denies: int 0x80
# denies: x32
# allows: own machine code
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import mmap
    import signal

    print("ran")
    # mov eax, number; xor edi, edi; syscall or int 0x80; ret. 20 is getpid of 32 bits, 39 that of 64.
    codes = {
        "own machine code": b"\xb8\x27\0\0\0\x31\xff\x0f\x05\xc3",
        "int 0x80": b"\xb8\x14\0\0\0\x31\xff\xcd\x80\xc3",
        "x32": b"\xb8\x27\0\0\x40\x31\xff\x0f\x05\xc3",
    }
    for what, code in codes.items():
        child = os.fork()
        if child == 0:
            page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
            page.write(code)
            function = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
            os._exit(0 if function() == os.getpid() else 1)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGSYS, signal.SIGSEGV)
        if what == "own machine code":
            print(f"allowed: {what}" if status == 0 else f"refused: {what} ended with {status}")
        else:
            print(f"denied: {what}" if killed or status != 0 else f"reached: {what}")
