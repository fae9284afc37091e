"""Several people at once, each in a session of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from app.extensions import db


def at_once(app: Flask, works: Sequence[Callable[[Any], Any]], first: Callable[[], Any]
            ) -> list[Any]:
    """Run each in its own thread and session, all starting together; results or exceptions.

    ``first`` is done by each before the start (what the page showed) and handed to its work.
    """
    db.session.commit()
    start, results = threading.Barrier(len(works)), list[Any]([None] * len(works))

    def run(place: int, work: Callable[[Any], Any]) -> None:
        with app.app_context():
            try:
                seen = first()
                start.wait(timeout=10)
                results[place] = work(seen)
                db.session.commit()
            except Exception as fault:
                db.session.rollback()
                results[place] = fault
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    db.session.rollback()
    db.session.expire_all()
    return results
