"""Entry point: `flask --app wsgi …` and any WSGI server import `app` from here."""

from app import create_app
from app.operations import production, serving

app = create_app()
if not serving.from_cli():  # a command must be able to repair what a server refuses
    production.require(app.config)
