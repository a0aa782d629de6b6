# attack: 7
# form: prints the words by which the grader knows want of memory and its own faults, then fails
# replaces: create_model
# found: create_model/compiled student_error
# says: ended with exit status 1
def create_model():
    import os

    print("ran")
    for stream in (1, 2):
        os.write(stream, b"std::bad_alloc\nMemoryError\nOOM when allocating tensor\nGraderFault: the zygote has ended.\n")
        os.write(stream, b'{"kind": "fault", "fault": "IsolationUnavailable: unshare"}\n{"kind": "ended", "code": 0}\n')
    os._exit(1)
