"""« Responsables » and its dialogs, offscreen."""
