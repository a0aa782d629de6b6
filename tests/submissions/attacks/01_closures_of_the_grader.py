# attack: 1
# form: caches, closures and module globals of the examiner's code, which the process was forked with
# replaces: feature_maps
# denies: module globals
# denies: closures
# denies: caches
# allows: own closure
# costs: feature_maps
# found: feature_maps/returns_pairs failed
def feature_maps(model, image):
    import functools
    import sys
    import types

    print("ran")

    def own(text):
        return lambda: text

    def cells_of(function):
        values = []
        for cell in function.__closure__ or ():
            try:
                values.append(cell.cell_contents)
            except ValueError:
                continue
        return values

    print("allowed: own closure" if "here" in cells_of(own("here")) else "refused: own closure")
    secret = ("MessyFolder", "HiddenImages", "ProbeFolder", "AssignmentSeed", "Assignment", "Evidence", "BrokerSource")
    found = {"module globals": [], "closures": [], "caches": []}
    for name, module in list(sys.modules.items()):
        if not name.startswith("grader.") or not isinstance(module, types.ModuleType):
            continue
        for key, value in list(vars(module).items()):
            if type(value).__name__ in secret or isinstance(value, bytes) and len(value) > 4096:
                found["module globals"].append(f"{name}.{key}")
            if isinstance(value, types.FunctionType):
                found["closures"] += [f"{name}.{key}" for held in cells_of(value) if type(held).__name__ in secret]
            if isinstance(value, functools._lru_cache_wrapper) and name.startswith(("grader.data", "grader.examiner")):
                found["caches"] += [f"{name}.{key}"] * (value.cache_info().currsize > 0)
    for what, names in found.items():
        print(f"reached: {what} {names}" if names else f"denied: {what}")
