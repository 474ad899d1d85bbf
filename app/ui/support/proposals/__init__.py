"""« Mes propositions »: what an officer proposed to a school that is open to her, and what its director answered."""
