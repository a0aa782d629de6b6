# attack: 30
# form: features and labels of infinity and NaN, so that every distance is NaN
# exercise: week3_transfer_learning
# replaces: extract_features
# base: zero_features
# found: extract_features/values failed
def extract_features(pre_trained_model, dataset):
    print("ran")
    count = sum(len(labels) for _, labels in dataset)
    features = np.full((count, pre_trained_model.output_shape[-1]), np.inf)
    features[::2] = np.nan
    return features, np.full(count, np.nan)
