"""What all drawn photographs share: outlines, the lit canvas, fur, backgrounds, clutter and the camera.

`pets`, `horses` and `pretraining` paint their subjects with these. A change here changes the pictures of all of them.
"""
