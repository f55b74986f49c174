"""Commands about who may use the atlas: users, tokens, the audit log. At the machine one may do all of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from litatlas.accounts.permissions import ROLES, SCOPES
from litatlas.cli.context import Context, emit, json_option
from litatlas.cli.text.accounts import account_table

pass_context = click.make_pass_decorator(Context)
role_option = click.option("--role", type=click.Choice(list(ROLES)), help="What the user may do.")


def _password() -> str:
    """The password of standard input, or as it is typed, twice, at a terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def _names(_context: click.Context, _parameter: click.Parameter, value: str | None) -> list[str] | None:
    return None if value is None else [name.strip() for name in value.split(",") if name.strip()]


@click.group()
def users() -> None:
    """Say who may use a server with accounts (setting accounts = on)."""


@users.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(list(ROLES)), default="reader", show_default=True,
              help="What the user may do.")  # fmt: skip
@click.option("--groups", callback=_names, metavar="NAME,…", help="Groups that collections are shared with.")
@click.option("--link", is_flag=True, help="Print a link's secret instead of asking for a password.")
@pass_context
def add(context: Context, name: str, role: str, groups: list[str] | None, link: bool) -> None:
    """Add a user; the password is read from standard input, or asked for."""
    password = "" if link else _password()
    with context.atlas(new=True) as atlas:
        made = atlas.accounts.add(name, role, password, groups or ())
        secret = atlas.accounts.reset_link(made["name"]) if link else ""
    click.echo(f"Added {made['name']!r}: {role}.", err=True)
    if not password and not link:
        click.echo("Nobody can sign in by it yet: litatlas users reset-link gives a password.", err=True)
    if secret:
        _show_link(secret)


def _show_link(secret: str) -> None:
    click.echo(f"/reset/{secret}")
    click.echo("Opened in a browser, it sets the password once, within two days.", err=True)


@users.command("list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """List the users."""
    with context.atlas() as atlas:
        answer = {"users": atlas.accounts.all()}
    emit(answer, as_json, lambda found: account_table(found["users"], ("name", "role", "groups", "created")))


@users.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(list(ROLES)))
@pass_context
def role(context: Context, name: str, role: str) -> None:
    """Give a user another role."""
    with context.atlas() as atlas:
        atlas.accounts.set_role(name, role)
    click.echo(f"{name!r} is a {role} now.", err=True)


@users.command("groups")
@click.argument("name")
@click.argument("groups", callback=_names)
@pass_context
def groups(context: Context, name: str, groups: list[str]) -> None:
    """Say which groups a user is in, separated by commas ("": none)."""
    with context.atlas() as atlas:
        atlas.accounts.set_groups(name, groups)
    click.echo(f"{name!r} is in {', '.join(groups) or 'no group'} now.", err=True)


@users.command("password")
@click.argument("name")
@pass_context
def password(context: Context, name: str) -> None:
    """Set a user's password, from standard input or as it is typed; all sessions of the user end."""
    with context.atlas() as atlas:
        atlas.accounts.named(name)
        atlas.accounts.set_password(name, _password())
    click.echo(f"The password of {name!r} was set.", err=True)


@users.command("reset-link")
@click.argument("name")
@pass_context
def reset_link(context: Context, name: str) -> None:
    """Print the address, below that of the server, at which a user sets a password once."""
    with context.atlas() as atlas:
        secret = atlas.accounts.reset_link(name)
    _show_link(secret)


@users.command("remove")
@click.argument("name")
@pass_context
def remove(context: Context, name: str) -> None:
    """Remove a user; what they own stays, and belongs to the keepers."""
    with context.atlas() as atlas:
        atlas.accounts.remove(name)
    click.echo(f"Removed {name!r}.", err=True)


@click.group()
def tokens() -> None:
    """Tokens by which programs use the server as a user: Authorization: Bearer TOKEN."""


@tokens.command("add")
@click.option("--user", required=True, help="Whose token it is.")
@click.option("--scope", "scopes", default="read", show_default=True, callback=_names,
              metavar=",".join(SCOPES), help="What it may do, within its user's own rights.")  # fmt: skip
@click.option("--days", type=click.IntRange(1, 3_660), default=90, show_default=True, help="When it expires.")
@click.option("--name", default="", help="What it is for.")
@json_option
@pass_context
def add_token(context: Context, user: str, scopes: list[str], days: int, name: str, as_json: bool) -> None:
    """Make a token; it is printed this once."""
    with context.atlas() as atlas:
        made, secret = atlas.accounts.make_token(user, name, scopes, days)
    emit({**made, "token": secret}, as_json, lambda found: str(found["token"]))


@tokens.command("list")
@click.option("--user", help="Of one user.")
@json_option
@pass_context
def list_tokens(context: Context, user: str | None, as_json: bool) -> None:
    """List the tokens, with their ends and their last use."""
    with context.atlas() as atlas:
        answer = {"tokens": atlas.accounts.tokens(user)}
    columns = ("id", "user", "name", "scopes", "used", "ends")
    emit(answer, as_json, lambda found: account_table(found["tokens"], columns))


@tokens.command("revoke")
@click.argument("id")
@pass_context
def revoke(context: Context, id: str) -> None:
    """Revoke a token at once, by its beginning as the list shows it."""
    with context.atlas() as atlas:
        atlas.accounts.revoke_token(id)
    click.echo(f"Revoked {id}.", err=True)


@click.group()
def audit() -> None:
    """Who did what, when, on a server with accounts."""


@audit.command("export")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="File (default: standard output)."
)
@pass_context
def export(context: Context, output: Path | None) -> None:
    """Export the audit log as JSON lines, the oldest first."""
    with context.atlas() as atlas:
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in atlas.accounts.audit_log())
        if output is None:
            for line in lines:
                click.echo(line, nl=False)
            return
        try:
            with output.open("w", encoding="utf-8", errors="replace") as file:
                file.writelines(lines)
        except OSError as error:
            raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from error


COMMANDS = (users, tokens, audit)
