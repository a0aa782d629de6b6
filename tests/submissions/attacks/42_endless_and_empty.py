# attack: 42
# form: batches without a picture for ever, which no count of pictures ever ends
# replaces: train_val_datasets, create_model, plot_history
# found: train_val_datasets/returns_two_datasets timeout
STYLE = print("ran") or "o-"


def train_val_datasets():
    def batches():
        while STYLE:
            yield np.zeros((0, IMAGE_SIZE, IMAGE_SIZE, 3), "float32"), np.zeros((0, 1), "float32")

    return batches(), batches()


def create_model():
    return None


def plot_history(history):
    return STYLE and None
