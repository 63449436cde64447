"""Small widgets that screens are made of: values in by a method, events out by signals, no reading and no writing."""
