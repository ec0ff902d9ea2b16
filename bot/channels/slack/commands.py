"""`/tutor` and `/quiz`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from bot.channels.slack.blocks import Message, messages, sections
from bot.channels.slack.home import Home
from bot.channels.slack.rooms import NO_QUESTION, Rooms
from bot.channels.slack.sending import Place, Sender, Undelivered
from bot.channels.slack.talk import LINK, UNLINK, Said, Talk, Who, pressed

HELP = (
    "*What I do here*\n"
    "• `/tutor what is Track 1.5?` answers, and only you see it. In a channel, mention me instead and everybody sees it.\n"
    "• `/quiz`, `/quiz weaknesses of Track 2`: in a channel a question for everybody, in our direct messages a quiz of your own.\n"
    "• `/quiz daily 09:00`: the question of the day in a channel; `/quiz daily off` ends it.\n"
    "• `/tutor remind 18:00`: a direct message when something is due; `/tutor remind off` ends it.\n"
    "• `/tutor link`: a code that joins your progress with that on the tutor’s web page; `/tutor unlink` parts them.\n"
    "• In direct messages: how am I doing?, export my data, forget me."
)
NOT_HERE = "I cannot write in this channel. Invite me with `/invite` and my name, then try again."


@dataclass(frozen=True)
class Command:
    """A slash command as Slack sends it."""

    who: Who
    text: str
    channel: str
    private: bool
    trigger: str
    respond: str

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Command:
        """Read the form that Slack sends."""
        who = Who(str(body.get("team_id") or ""), str(body["user_id"]))
        channel = str(body.get("channel_id") or "")
        text = str(body.get("text") or "").strip()
        return cls(
            who, text, channel, channel.startswith("D"), str(body.get("trigger_id") or ""), str(body.get("response_url") or "")
        )

    @property
    def place(self) -> Place:
        """Where only the user sees the answer."""
        return Place(self.channel, respond=self.respond)


class Commands:
    """Answers slash commands."""

    def __init__(self, talk: Talk, rooms: Rooms, home: Home, sender: Sender) -> None:
        self._talk, self._rooms, self._home, self._sender = talk, rooms, home, sender

    async def tutor(self, command: Command) -> None:
        """`/tutor`: a question, or one of the words in HELP."""
        first, _, rest = command.text.partition(" ")
        said = Said(command.who, command.text, command.place, command.private, pressed(command.text))
        if first.lower() in ("", "help"):
            await self._sender.send(command.place, [Message("What I do here", sections(HELP))])
        elif LINK.fullmatch(command.text):
            await self._talk.link(said)
        elif UNLINK.fullmatch(command.text):
            await self._talk.unlink(said)
        elif first.lower() in ("remind", "reminder", "reminders"):
            await self._home.remind(command.who, rest, command.place)
        else:
            await self._talk.hear(said)

    async def quiz(self, command: Command) -> None:
        """`/quiz`: a question for the channel, or a quiz of one's own in direct messages."""
        first, _, rest = command.text.partition(" ")
        if first.lower() == "daily" and not command.private:
            await self._home.daily(command.who, rest, command.channel, command.place)
        elif command.private:
            text = f"Quiz me on {command.text}" if command.text else "Quiz me"
            await self._talk.hear(Said(command.who, text, Place(command.channel), True, pressed(text)))
        else:
            await self.ask_room(command.who, Place(command.channel), command.text, command.trigger, command.place)

    async def ask_room(self, who: Who, place: Place, wish: str, seed: str, alone: Place) -> None:
        """Put a question to a channel; why not, if it cannot be, goes to the one who asked for it."""
        try:
            if not await self._rooms.put(place, wish, seed):
                await self._sender.send(alone, messages({"text": NO_QUESTION}))
        except Undelivered as fault:
            if fault.code not in ("not_in_channel", "channel_not_found", "is_archived", "restricted_action"):
                raise
            await self._sender.send(alone, messages({"text": NOT_HERE}))
