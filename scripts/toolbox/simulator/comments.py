"""What people write beside a score, in four languages; themes as in the feedback_themes seed."""

from __future__ import annotations

from .dice import Dice

PRAISE = {
    "en": ("Easy to use and it saves us hours.", "Great support, quick answers.",
           'Our team says "finally".', "The reports are just what we need."),
    "no": ("Enkelt å bruke, sparer oss for timer.", "Veldig god kundestøtte!",
           "Rapportene er akkurat det vi trenger."),
    "de": ("Einfach zu bedienen, spart uns Stunden.", "Sehr guter Support, schnelle Antworten.",
           "Die Berichte sind genau richtig."),
    "es": ("Fácil de usar, nos ahorra horas.", "Muy buen soporte, respuestas rápidas.",
           "Los informes son justo lo que necesitamos."),
}  # fmt: skip
MIXED = {
    "en": ("Good, but an integration with our CRM is missing.", "Fine; sometimes slow.",
           "Onboarding took longer than planned."),
    "no": ("Bra, men mangler integrasjon mot regnskap.", "Greit, litt tregt av og til.",
           "Opplæringen tok lang tid."),
    "de": ("Gut, aber eine Schnittstelle zum CRM fehlt.", "In Ordnung, manchmal langsam.",
           "Die Einführung dauerte länger als geplant."),
    "es": ("Bien, pero falta una integración con el CRM.", "Correcto, a veces lento.",
           "La puesta en marcha llevó más tiempo."),
}  # fmt: skip
BLAME = {
    "en": ("Too expensive for what we use.", "It crashed twice, and support was slow.",
           "Hard to use, my colleagues gave up.", "A key feature is missing."),
    "no": ("For dyrt for det vi bruker.", "Mye feil, og kundestøtten svarer sent.",
           "Vanskelig å bruke, vi mangler funksjoner."),
    "de": ("Zu teuer für das, was wir nutzen.", "Ständig Fehler, der Support ist langsam.",
           "Kompliziert, und wichtige Funktionen fehlen."),
    "es": ("Demasiado caro para lo que usamos.", "Muchos errores y el soporte es lento.",
           "Difícil de usar, faltan funciones."),
}  # fmt: skip


def comment(mood: int, language: str, dice: Dice) -> str | None:
    """Return what somebody in that mood (0 to 100) writes; most write nothing."""
    if not dice.chance(0.45):
        return None
    kind = PRAISE if mood >= 70 else (MIXED if mood >= 45 else BLAME)
    return dice.pick(kind[language])
