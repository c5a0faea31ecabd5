"""The words of a message: from a template to a subject and a text, from a text to an HTML part."""

import re
from functools import lru_cache
from itertools import zip_longest
from typing import Any

import css_inline
from django.template import Context
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import translation
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe

from maillage.kernel.notifications.models import Message

SMS_LENGTH = 300  # two long messages: beyond, nobody reads
LINK = re.compile(r"(https?://\S+)")


def made(kind: str, context: dict[str, Any], *, locale: str, short: bool) -> tuple[str, str]:
    """Subject and text in the person's language. The first line of the template is the subject."""
    module, _dot, name = kind.partition(".")
    with translation.override(locale):
        subject, _line, body = render(f"{module}/messages/{name}.txt", context).partition("\n")
        if not short:
            return subject.strip(), tidy(body)
        try:
            said = render(f"{module}/messages/{name}.sms", context)
        except TemplateDoesNotExist:
            said = f"{subject} {context.get('link', '')}"
        return subject.strip(), fitted(" ".join(said.split()))


def fitted(said: str) -> str:
    """An SMS of a length that people read. An address is never cut, since it would be dead: the words before it give way."""
    if len(said) <= SMS_LENGTH:
        return said
    pieces = LINK.split(said)  # words, address, words, address… words
    texts, links = pieces[::2], pieces[1::2]
    room = max(0, SMS_LENGTH - sum(map(len, links)))
    # The short ones first: what they leave is for the long ones.
    for left, place in enumerate(sorted(range(len(texts)), key=lambda one: len(texts[one]))):
        share = room // (len(texts) - left)
        if len(texts[place]) > share:
            texts[place] = shortened(texts[place], share)
        room -= len(texts[place])
    made = "".join(text + link for text, link in zip_longest(texts, links, fillvalue=""))
    return made.strip()


def shortened(text: str, most: int) -> str:
    """The first words, with « … » before what stood after them: an address, or nothing."""
    end = " " if text.endswith(" ") else ""
    start = " " if text.startswith(" ") else ""
    room = most - len(start) - len(end) - 1
    if room <= 0:
        return " "[: len(start or end)]
    kept = text.strip()[:room]
    return f"{start}{kept.rpartition(' ')[0] or kept}…{end}"


def render(name: str, context: dict[str, Any]) -> str:
    """Plain text: nothing is escaped here, everything is when it becomes HTML."""
    template = get_template(name).template  # type: ignore[attr-defined]
    return str(template.render(Context(context, autoescape=False))).strip()


def tidy(text: str) -> str:
    """No spaces at the ends of lines, one empty line at most between paragraphs."""
    lines = "\n".join(line.strip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)


def paragraphs(text: str) -> list[SafeString]:
    """Each paragraph as safe HTML; a line that is only an address becomes a button, lines with a dash a list."""
    done = []
    for block in re.split(r"\n{2,}", text):
        lines = block.splitlines()
        if len(lines) == 1 and re.fullmatch(r"https?://\S+", lines[0]):
            address = escape(lines[0])
            with_word = escape(translation.gettext("Ouvrir la page"))
            done.append(
                mark_safe(f'<p><a class="button" href="{address}">{with_word}</a></p><p class="soft">{address}</p>')
            )
        elif lines and all(line.startswith("- ") for line in lines):
            items = "".join(f"<li>{urlize(line[2:], autoescape=True)}</li>" for line in lines)
            done.append(mark_safe(f"<ul>{items}</ul>"))
        else:
            said = "<br>".join(urlize(line, autoescape=True) for line in lines)
            done.append(mark_safe(f"<p>{said}</p>"))
    return done


def html_of(message: Message) -> str:
    with translation.override(message.locale):
        html = render_to_string("notifications/mail.html", {"message": message, "paragraphs": paragraphs(message.text)})
    return inliner().inline(html)


def with_foot(message: Message) -> str:
    with translation.override(message.locale):
        return f"{message.text}\n\n-- \n{render('notifications/foot.txt', {'message': message})}\n"


@lru_cache(maxsize=1)
def inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)
