"""How two replicas bring each other up to date: messages, both halves of each step, and the transports."""
