# attack: 31
# form: four arguments without defaults, behind a `__signature__` that promises none
# replaces: create_model
# found: create_model/compiled student_error
# says: missing 4 required positional arguments
import inspect


def needs_four(one, two, three, four):
    return one


STYLE = print("ran") or inspect.Signature()
create_model = needs_four
create_model.__signature__ = STYLE
