# attack: 5
# form: batches of objects that claim the shape and type of images and hold nothing
# replaces: train_val_datasets
# found: train_val_datasets/returns_two_datasets failed
# says: not numbers
class Images:
    shape = (32, 64, 64, 3)
    ndim = 4
    dtype = np.dtype("float32")
    nbytes = 0

    @property
    def __class__(self):
        return np.ndarray

    def __len__(self):
        return 32

    def __array__(self, dtype=None, copy=None):
        nothing = np.empty(self.shape, dtype=object)
        nothing[:] = self.dtype
        return nothing


def train_val_datasets():
    print("ran")
    return [(Images(), np.zeros(32))], [(Images(), np.zeros(32))]
