"""Pieces that several screens share: buttons, chips, menus, bands of messages, dialogs."""
