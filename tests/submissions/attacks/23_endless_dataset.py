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
        noise = np.random.uniform(0, 255, (32, 64, 64, 3)).astype("float32")
        while True:
            # Cheap, so that a busy machine gets to what is wrong with it before the clock runs out.
            noise = np.roll(noise, np.random.randint(1, noise.size))
            yield noise, np.random.randint(0, 2, 32).astype("float32")

    class Endless:
        def __iter__(self):
            return forever()

        def cardinality(self):
            return -1

    return Endless(), Endless()
