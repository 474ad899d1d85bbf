"""The demonstration school: invented people, the same ones each time, in files such as ONDE makes them."""
