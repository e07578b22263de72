"""The Lambda application: mounts the routes and declares every trigger in one line each. No logic."""

from chalice.app import Chalice

from chalicelib.kernel.routing import PUBLIC, Router

app = Chalice(app_name="zhiyin", configure_logs=False)
app.api.binary_types = []

health = Router("platform")


@health.get("/health", permission=PUBLIC)
def read_health() -> dict[str, str]:
    """Return that the API answers."""
    return {"status": "ok"}


for router in (health,):
    router.mount(app, None)
