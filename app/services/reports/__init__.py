"""The livret scolaire: what may be done with a school’s bilans."""
