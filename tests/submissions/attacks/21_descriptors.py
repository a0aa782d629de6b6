# attack: 21
# form: descriptors without end, then higher limits for itself and for process 1
# replaces: feature_maps
# denies: more descriptors
# denies: a higher limit
# denies: limits of process 1
# allows: 50 descriptors
# allows: a lower limit
# found: feature_maps/returns_pairs failed
def feature_maps(model, image):
    import resource

    print("ran", flush=True)
    opened = []
    try:
        while len(opened) < 5000:
            opened.append(os.dup(1))
            if len(opened) == 50:
                print("allowed: 50 descriptors", flush=True)
        print("reached: 5000 descriptors", flush=True)
    except OSError:
        print("denied: more descriptors", flush=True)
    for fd in opened:
        os.close(fd)
    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_DATA, resource.RLIMIT_AS, resource.RLIMIT_FSIZE):
        try:
            resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            print(f"reached: limit {kind} raised")
        except (ValueError, OSError):
            print("denied: a higher limit")
    try:
        resource.prlimit(1, resource.RLIMIT_NPROC, (1 << 20, 1 << 20))
        print("reached: limits of process 1")
    except (OSError, ValueError):
        print("denied: limits of process 1")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))
    print("allowed: a lower limit")
    return None
