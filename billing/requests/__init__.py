"""What can be asked: requests as frozen values, and the reading of what people write into them."""
