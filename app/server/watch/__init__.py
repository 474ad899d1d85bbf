"""What an operator watches: is it alive, is it ready, how much, how fast; never who."""
