# attack: 31
# form: a class whose metaclass says that it is an instance of Model, in place of a model
# replaces: create_model
# found: create_model/compiled student_error
# says: TypeError
def create_model():
    print("ran")

    class Model(tf.keras.Model):
        compiled = built = True
        input_shape = output_shape = (None, 64, 64, 3)
        layers = []

    class Pretends:
        __class__ = property(lambda self: tf.keras.Sequential)

        def __getattr__(self, name):
            return self

        def __call__(self, *args, **kwargs):
            return self

    return Pretends() if tf.config.list_physical_devices("CPU") else Model
