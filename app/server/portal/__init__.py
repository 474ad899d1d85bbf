"""The parents' portal: pages rendered on the server, every path without JavaScript."""
