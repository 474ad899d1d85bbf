"""The desktop's encrypted file: everything personal is in there, and nowhere else."""
