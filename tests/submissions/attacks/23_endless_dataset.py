# attack: 23
# form: a data set without end, whose length is said to be unknown, of images that are always new
# replaces: train_val_datasets
# found: train_val_datasets/returns_two_datasets failed
# found: train_val_datasets/split_size failed
# costs: train_val_datasets, train
# base: right_pipeline
def train_val_datasets():
    def forever():
        print("ran", flush=True)
        while True:
            yield np.random.uniform(0, 255, (32, 64, 64, 3)).astype("float32"), np.random.randint(0, 2, 32).astype("float32")

    class Endless:
        def __iter__(self):
            return forever()

        def cardinality(self):
            return -1

    return Endless(), Endless()
