"""One acceptance run for every carrier: the simulator, and the gateway with real SIP and sound."""
