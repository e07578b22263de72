"""How people and programs steer the simulator: the admin API under /sim and the browser phone's socket."""
