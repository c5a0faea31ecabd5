"""What every template may say, without loading anything."""

import json
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.apps import apps
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from maillage.kernel.organisations.numbers import spaced
from maillage.kernel.places import zones
from maillage.web.icons import ICONS
from maillage.web.storage import JOINED, STYLES

register = template.Library()
NARROW = "\u202f"  # the French narrow space, which never breaks


# ── Frame ─────────────────────────────────────────────────────────────────────────────────────
@lru_cache(maxsize=1)
def modules() -> str:
    """Our JavaScript modules by name (`web/copy_button`), whatever their hashed address. Once per process."""
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("maillage.")}
    imports = {
        name.removesuffix(".js").replace("/js/", "/"): static(name)
        for finder in finders.get_finders()
        for name, _storage in finder.list([])
        if name.endswith(".js") and "/js/" in name and name.split("/")[0] in ours
    }
    return json.dumps({"imports": dict(sorted(imports.items()))})


@register.simple_tag(takes_context=True)
def importmap(context: template.Context) -> SafeString:
    """Let modules import one another by name."""
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        context.get("CSP_NONCE", ""),
        mark_safe(modules()),
    )


@register.simple_tag
def styles() -> SafeString:
    """One joined file once collected; each file by itself before."""
    collected = getattr(staticfiles_storage, "is_collected", False)
    names = (JOINED,) if collected else STYLES
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(name),) for name in names))


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, title: str = "") -> SafeString:
    """A drawing beside its word: hidden from those who hear the page, unless it stands alone with a `title`."""
    drawing = mark_safe(ICONS[name])
    if title:
        return format_html('<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', title, drawing)
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', drawing)


@register.filter
def has_icon(name: str) -> bool:
    return name in ICONS


@register.simple_tag(takes_context=True)
def here(context: template.Context, url: str, whole: bool = False) -> str:
    """`aria-current` for a link to the page one is on (or, unless `whole`, above it)."""
    path = context["request"].path if "request" in context else ""
    if path == url:
        return mark_safe(' aria-current="page"')
    return mark_safe(' aria-current="true"') if not whole and url != "/" and path.startswith(url) else ""


# ── Numbers as people say them ────────────────────────────────────────────────────────────────
def _number(value: float, decimals: int) -> str:
    text = formats.number_format(value, decimals, use_l10n=True, force_grouping=True)
    return text.replace("\xa0", NARROW)


@register.filter
def euros(cents: int | None) -> str:
    """1202 → « 12,02 € », « €12.02 » in English; 1200 → « 12 € »."""
    if cents is None:
        return ""
    amount = _number(abs(cents) / 100, 0 if cents % 100 == 0 else 2)
    sign = "−" if cents < 0 else ""
    return f"{sign}{amount}\xa0€" if (get_language() or "fr").startswith("fr") else f"{sign}€{amount}"


@register.filter
def km(distance: float | None) -> str:
    """0.42 → « moins d’1 km », 3.26 → « 3,3 km », 12.4 → « 12 km »; nothing for nothing.

    Places are kept as cells or as the middle of a commune: metres would be a promise nobody can keep.
    """
    if distance is None:
        return ""
    shown = 0.0 if distance < 0.95 else round(distance, 1 if distance < 9.95 else None)
    return _km_of(shown, get_language() or "fr")


@lru_cache(maxsize=1024)  # a list says the same distances again and again
def _km_of(shown: float, language: str) -> str:
    if not shown:
        return _("moins d’1 km")
    return _("%(km)s km") % {"km": _number(shown, 0 if isinstance(shown, int) else 1)}


@register.filter
def away(distance: float | None) -> str:
    """« à 3,3 km »; nothing for nothing."""
    return _("à %(distance)s") % {"distance": km(distance)} if distance is not None else ""


@register.filter
def siret(number: str) -> str:
    """« 12345678200010 » → « 123 456 782 00010 », which no line breaks."""
    return spaced(number).replace(" ", "\xa0")


@register.filter
def places(left: int) -> str:
    """1 → « 1 place », 3 → « 3 places »."""
    return ngettext("%(left)s place", "%(left)s places", left) % {"left": left}


@register.filter
def hours(minutes: int | None) -> str:
    """210 → « 3 h 30 », 180 → « 3 h », 45 → « 45 min »."""
    if minutes is None:
        return ""
    whole, rest = divmod(abs(int(minutes)), 60)
    sign = "−" if minutes < 0 else ""
    if not whole:
        return f"{sign}{rest}\xa0min"
    return f"{sign}{_number(whole, 0)}\xa0h" + (f"\xa0{rest:02}" if rest else "")


@register.filter
def phone(number: str) -> str:
    """+33612345678 → « 06 12 34 56 78 »; another country's stays as it is."""
    if number.startswith("+33") and len(number) == 12:
        number = f"0{number[3:]}"
        return "\xa0".join(number[at : at + 2] for at in range(0, 10, 2))
    return number


# ── Days and times as people say them ─────────────────────────────────────────────────────────
def _local(moment: date | datetime) -> date | datetime:
    """On the clocks of whoever reads, unless the instant carries the hour of a place."""
    if not isinstance(moment, datetime) or timezone.is_naive(moment) or zones.is_of_a_place(moment):
        return moment
    return timezone.localtime(moment)


def _elsewhere(moment: datetime) -> str:
    """« , heure de La Réunion », when that is not the hour of whoever reads."""
    if moment.utcoffset() == timezone.localtime(moment).utcoffset():
        return ""
    return f", {zones.in_words(moment)}"


@register.filter
def day(moment: date | datetime | None) -> str:
    """« samedi 3 mai », with the year when it is not this one."""
    return "" if moment is None else _day(_local(moment))


def _day(local: date | datetime) -> str:
    on = local.date() if isinstance(local, datetime) else local
    return _day_of(on, timezone.localdate().year, get_language() or "fr")


@lru_cache(maxsize=2048)  # a list says the same days again and again
def _day_of(on: date, this_year: int, language: str) -> str:
    if language.startswith("fr"):
        number = "1er" if on.day == 1 else str(on.day)
        said = f"{formats.date_format(on, 'l')} {number} {formats.date_format(on, 'F')}"
    else:
        said = formats.date_format(on, "l j F")
    return said if on.year == this_year else f"{said} {on.year}"


@register.filter
def clock(moment: datetime | None) -> str:
    """« 9 h », « 14 h 30 »; « 9:00 » in English."""
    return "" if moment is None else _clock(_local(moment))  # type: ignore[arg-type]


def _clock(local: datetime) -> str:
    if (get_language() or "fr").startswith("fr"):
        return f"{local.hour}\xa0h" + (f"\xa0{local.minute:02}" if local.minute else "")
    return f"{local.hour}:{local.minute:02}"


@register.simple_tag
def when(starts_at: datetime, ends_at: datetime | None = None) -> str:
    """« samedi 3 mai, de 9 h à 12 h »; both days when it ends on another.

    Of a place where clocks show something else than those of whoever reads: « …, heure de La Réunion ».
    """
    start: Any = _local(starts_at)
    elsewhere = _elsewhere(start)
    if ends_at is None:
        return _("%(day)s à %(time)s") % {"day": _day(start), "time": _clock(start)} + elsewhere
    end: Any = _local(ends_at)
    times = {"day": _day(start), "start": _clock(start), "end": _clock(end)}
    if _is_same_evening(start, end):
        return _("%(day)s, de %(start)s à %(end)s") % times + elsewhere
    return _("du %(day)s à %(start)s au %(end_day)s à %(end)s") % (times | {"end_day": _day(end)}) + elsewhere


def _is_same_evening(start: datetime, end: datetime) -> bool:
    """A night shift until 2 in the morning is still said « de 22 h à 2 h »."""
    return start.date() == end.date() or ((end.date() - start.date()).days == 1 and end.hour < 6)


@register.filter
def soon(moment: date | datetime | None) -> str:
    """« aujourd’hui », « demain », « dans 5 jours », « il y a 2 jours »."""
    if moment is None:
        return ""
    local: Any = _local(moment)
    today = timezone.localdate(timezone=local.tzinfo) if isinstance(local, datetime) else timezone.localdate()
    days = ((local.date() if isinstance(local, datetime) else local) - today).days
    if days == 0:
        return _("aujourd’hui")
    if days == 1:
        return _("demain")
    if days == -1:
        return _("hier")
    if days > 0:
        return _("dans %(days)s jours") % {"days": days}
    return _("il y a %(days)s jours") % {"days": -days}


# ── Small things ──────────────────────────────────────────────────────────────────────────────
@register.filter
def item(mapping: dict[Any, Any], key: Any) -> Any:
    """The value of `key`: templates cannot say `mapping[key]`."""
    return mapping.get(key)


@register.filter
def quoted(words: str) -> str:
    """What somebody wrote, between the quotation marks of the reader's language."""
    return _("« %(words)s »") % {"words": words}


@register.simple_tag
def activity_label(code: str) -> str:
    """« Alimentation » for `food`; the code itself when it is not one of ours."""
    return _activity(code, get_language() or "fr")


@lru_cache(maxsize=256)
def _activity(code: str, language: str) -> str:
    from maillage.kernel.organisations.models import Activity  # templates load before models do

    return str(Activity(code).label) if code in Activity.values else code


@register.filter
def readable(title: str) -> str:
    """A title of the register, which shouts, in letters that people read."""
    from maillage.kernel.organisations import claims  # templates load before models do

    return claims.readable(title)


@register.filter
def is_choice_list(bound: Any) -> bool:
    """Whether a field is shown as several ticks or radios, which need a fieldset and a legend."""
    return bool(getattr(bound.field.widget, "use_fieldset", False))


@register.filter
def is_tick(bound: Any) -> bool:
    return getattr(bound.field.widget, "input_type", "") == "checkbox" and not is_choice_list(bound)


@register.filter
def as_told(value: Any) -> Any:
    """A value of an export as a person reads it: a day for an ISO moment, words for a list."""
    if isinstance(value, dict):
        return ", ".join(f"{key} : {as_told(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(str(as_told(one)) for one in value)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, str) and len(value) >= 19 and value[4:5] == "-" and value[10:11] == "T":
        try:
            return formats.date_format(timezone.localtime(datetime.fromisoformat(value)), "j F Y, H:i")
        except ValueError:
            return value
    return value
