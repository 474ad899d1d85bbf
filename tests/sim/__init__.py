"""The simulator: random histories of several PCs, a server and a bad network, on the production engine."""
