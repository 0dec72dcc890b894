"""What `bench.inbound` measures against: a fast platform, and the libraries' own bots that store nothing."""
