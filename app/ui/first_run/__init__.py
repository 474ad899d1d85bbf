"""The first run: a code or an offline beginning, the school, the recovery code, the first import."""
