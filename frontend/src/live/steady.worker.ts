// A clock that browsers do not slow down when the page is hidden: a heartbeat that comes once a minute would lose the phone's lease.
setInterval(() => {
  self.postMessage(null)
}, 1000)
