"""What a person can do, each one transaction of the replica. No Qt, and nothing here waits for the network."""
