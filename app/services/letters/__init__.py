"""Letters on paper: sheets for guardians, their cover pages, and the files that hold them."""
