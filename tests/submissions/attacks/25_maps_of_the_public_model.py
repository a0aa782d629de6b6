# attack: 25
# form: knows the layers and maps of the public check's model, and gives them for every model
# replaces: feature_maps
# base: maps_of_zeros
# found: feature_maps/layers_in_order failed
# found: feature_maps/values failed
# costs: feature_maps
def feature_maps(model, image):
    import hashlib

    from grader.checks.maps import true_feature_maps
    from grader.data.secret import derive_number
    from grader.examiner.own import own_image, own_model

    print("ran")
    seed = derive_number(hashlib.sha256(b"public checks").digest()[:16], "maps")
    return true_feature_maps(own_model(seed, IMAGE_SIZE, 3), own_image(seed, IMAGE_SIZE))
