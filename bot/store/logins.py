"""Logins of the console and the browsers in which somebody is logged in. All moments are the machine's."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.store.desk_models import Login, StaffSession


def set_password(session: Session, login: str, password_hash: str, now: datetime) -> None:
    """Keep a password; whoever was logged in with an earlier one is logged out."""
    session.merge(Login(login=login, password_hash=password_hash, set_at=now))
    session.execute(delete(StaffSession).where(StaffSession.login == login))


def password_hash(session: Session, login: str) -> str | None:
    """The hash of a login's password, or None where it has none."""
    kept = session.get(Login, login)
    return None if kept is None else kept.password_hash


def set_times(session: Session) -> dict[str, datetime]:
    """When the password of each login was set."""
    return {kept.login: kept.set_at for kept in session.scalars(select(Login))}


def open_session(session: Session, token_hash: str, login: str, now: datetime, until: datetime) -> None:
    """Remember a browser in which somebody logged in. Those whose time is over are forgotten."""
    session.execute(delete(StaffSession).where(StaffSession.expires_at <= now))
    session.add(StaffSession(token_hash=token_hash, login=login, created_at=now, expires_at=until))


def session_login(session: Session, token_hash: str, now: datetime) -> str | None:
    """Who is logged in in a browser, or None."""
    found = session.get(StaffSession, token_hash)
    return None if found is None or found.expires_at <= now else found.login


def close_session(session: Session, token_hash: str) -> None:
    """Log a browser out."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash))
