"""« Doublons »: guardians who stand twice, why Préau says so, and what to do about it."""
