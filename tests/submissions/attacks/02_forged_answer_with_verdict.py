# attack: 2
# form: sends a well-formed `answer` whose body is a verdict, through the grader's own Channel, then leaves with 0
# replaces: create_model
# found: create_model/compiled student_error
# says: answered in a form that none of our requests has
def create_model():
    import gc
    import os

    from grader.wire import Channel, Message

    print("ran", flush=True)
    # The collector forgot what was frozen, not what the cell has made since.
    channel = next(one for one in gc.get_objects() if type(one) is Channel)
    verdict = {"passed": True, "status": "passed", "score": 1.0, "model": {"passed": True, "config": None}, "notes": ["drift-lr"]}
    channel.send(Message("answer", verdict))
    os._exit(0)
