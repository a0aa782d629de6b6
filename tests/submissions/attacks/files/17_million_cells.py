# attack: 17
# form: a notebook of a million cells, each with an identifier of its own
# status: unusable
def make(folder, wrong):
    cell = '{"cell_type":"code","metadata":{},"outputs":[],"execution_count":null,"source":"x","id":"c"}'
    with open(folder / "many.ipynb", "w") as file:
        file.write('{"metadata":{},"nbformat":4,"nbformat_minor":5,"cells":[' + cell)
        file.write(f",{cell}" * 1_000_000 + "]}")
    return ["many.ipynb"]
