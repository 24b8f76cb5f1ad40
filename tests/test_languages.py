"""What a terminal says in each language (`tests/languages/*.md`), and that JSON is the same in all of them.

`python -m tests.transcripts tests/languages/*.md` writes them anew; read what it changed before you keep it.
"""

import json
import re
from pathlib import Path

import pytest

from billing import locales
from tests.support import run
from tests.transcripts import Session, blocks, played, steps

PAGES = sorted((Path(__file__).parent / "languages").glob("*.md"))


def commands(page: Path) -> list[str]:
    """What is typed on a page, but for the language."""
    return [command for block in blocks(page.read_text()) for command, _ in steps(block)][1:]


def test_every_language_has_the_same_page() -> None:
    assert sorted(page.stem for page in PAGES) == sorted(locales.terminals())
    assert len({tuple(commands(page)) for page in PAGES}) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_is_printed_is_what_is_written(page: Path, tmp_path: Path) -> None:
    assert played(page.read_text(), tmp_path) == page.read_text()


def test_json_is_the_same_in_every_language(tmp_path: Path) -> None:
    answers = {}
    for page in PAGES:
        folder = tmp_path / page.stem
        folder.mkdir()
        session = Session(folder)
        session.env["BILLING_LANGUAGE"] = page.stem
        typed = [f"{command} --json" if command.startswith("billing ") else command for command in commands(page)]
        answers[page.stem] = [session.do(command) for command in typed]
    assert any("warnings" in answer or "error" in answer for answer in answers["en"])
    for language, given in answers.items():
        assert given == answers["en"], language


TYPED = """
billing init --name "Demo SA" --country CH --language fr --vat-id CHE-123.456.789
billing customer add ALPINA --name "Alpina SA" --country CH
billing contract sign ALPINA --tariff q3 --tier profi --module COFI --fee 480 --start 2025-01-01
billing contract sign ALPINA --tariff q3
billing case open ALPINA T-1 --at 2025-03-04T09:00
billing log ALPINA 95 --case T-1 --on 2025-02-10
billing log ALPINA soon
billing buy ALPINA pack
billing why ALPINA-3
billing case show T-1
billing case list
billing case sweep
billing month 2025-02
billing customer hold ALPINA --reason Litige
billing customer list
billing customer show ALPINA
billing month 2025-02
billing customer release ALPINA
billing invoice run 2025-02 --dry-run
billing invoice run 2025-02
billing invoice list
billing invoice list --month 2024-01
billing invoice show INV-2025-00001
billing invoice check INV-2025-00001
billing void ALPINA-3 --reason Erreur
billing invoice run 2025-03
billing invoice list
billing report receivables
billing report receivables --at 2024-01-01
billing pay INV-2025-00001 --amount 10
billing report vat
billing report deferred
billing report open
billing report sla 2025-03
billing report errors
billing payments open
billing month 2025-03
billing audit
billing tariff list
billing tariff show visualqie --language fr
billing tariff check no-such-file.toml
"""
# What only English says; no name, code or command of TYPED has it
ENGLISH = {
    "add", "age", "allowance", "and", "are", "base", "because", "been", "by", "charged", "closed", "corrects",
    "credited", "customers", "days", "deferred", "due", "fault", "held", "holds", "issued", "looks", "missed", "net",
    "none", "nothing", "open", "opened", "owner", "paid", "recognised", "renewed", "running", "signed", "state",
    "status", "taken", "the", "there", "tier", "unknown", "with", "worst", "wrong", "yes",
}  # fmt: skip


def in_english(shown: str) -> set[str]:
    """The English words in what is printed; commands that are to be typed, options and listed values do not count."""
    prose = re.sub(r"`[^`]*`|billing \S.*|--[a-z-]+|^  \S.*  .*$|\[\d+\] .*", "", shown, flags=re.MULTILINE)
    return ENGLISH & set(re.findall(r"[a-z]+", prose.lower()))


@pytest.mark.parametrize("language", [language for language in locales.terminals() if language != "en"])
def test_no_english_is_left_in_another_language(language: str, tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.env |= {"BILLING_LANGUAGE": language, "BILLING_TODAY": "2025-03-04", "BILLING_AGENT": "ana"}
    found = {command: in_english(session.do(command)) for command in TYPED.strip().splitlines()}
    # German writes "Status" and Italian "base" too; "net" is French
    same = {"fr": {"base", "net"}, "de": {"status"}, "it": {"base"}}[language]
    assert {command: words - same for command, words in found.items() if words - same} == {}


@pytest.mark.parametrize(
    ("language", "drawn"),
    [
        ("en", "12 h → 12 h, 12-hour pack until 3 Mar 2026, today: 0 min left for support"),
        ("fr", "12 h → 12 h, Forfait 12 h jusqu’au 03/03/2026, aujourd’hui : reste 0 min pour support"),
        ("de", "12 h → 12 h, Paket 12 Std. bis 03.03.2026, heute: noch 0 min für support"),
        ("it", "12 h → 12 h, Pacchetto 12 ore fino al 03/03/2026, oggi: restano 0 min per support"),
    ],
)
def test_a_product_is_called_in_the_language_of_who_reads(language: str, drawn: str, tmp_path: Path) -> None:
    """An echo had the English title of a pack in a French sentence; JSON goes on to have it."""
    session = Session(tmp_path)
    session.env |= {"BILLING_LANGUAGE": language, "BILLING_TODAY": "2025-03-04", "BILLING_AGENT": "ana"}
    for command in PACK.strip().splitlines():
        assert "exit" not in session.do(command)
    answer = json.loads(session.do("billing log DUPONT 12h --yes --dry-run --json"))
    assert [grant["label"] for grant in answer["drawn"]] == ["12-hour pack"]
    assert f"  {drawn.split(', ')[1].partition(' ')[0]} " in session.do("billing customer show DUPONT")
    assert session.do("billing log DUPONT 12h --yes").splitlines()[1] == drawn


PACK = """
billing init --name Demo --country FR --vat-id FR40303265045 --iban FR7630006000011234567890189
billing customer add DUPONT --name Dupont --country FR
billing contract sign DUPONT --tariff qualiodoo
billing buy DUPONT pack-12h --price 1200
billing pay INV-2025-00001
"""
MISUSED = {
    "log": ("CUSTOMER|CASE manque", "CUSTOMER|CASE fehlt", "manca CUSTOMER|CASE"),
    "log T-1 5 --foo": ("option inconnue : --foo", "unbekannte Option: --foo", "opzione sconosciuta: --foo"),
    "lgo": (
        "commande inconnue : lgo ; vouliez-vous dire log ?",
        "unbekannter Befehl: lgo; meinten Sie log?",
        "comando sconosciuto: lgo; intendeva log?",
    ),
    "xyzzy": ("commande inconnue : xyzzy", "unbekannter Befehl: xyzzy", "comando sconosciuto: xyzzy"),
    "renew": ("vouliez-vous dire contract renew ?", "meinten Sie contract renew?", "intendeva contract renew?"),
    "contract ANNA --tariff q3": (
        "mettez d’abord l’une de sign, renew",
        "steht eines von sign, renew",
        "uno di sign, renew",
    ),
    "case callback T-1": ("de add, done, withdraw", "von add, done, withdraw", "di add, done, withdraw"),
    "--db x.db": ("il manque une commande", "ein Befehl fehlt", "manca un comando"),
    "pay A B C": ("B C est de trop", "B C ist zu viel", "B C è di troppo"),
    "pay --on": ("--on demande une valeur", "--on braucht einen Wert", "--on vuole un valore"),
    "log --yes=3": ("--yes ne prend pas de valeur", "--yes nimmt keinen Wert", "--yes non prende valori"),
    "buy A B --quantity x": ("--quantity x : donnez un nombre entier", "geben Sie eine ganze Zahl an", "numero intero"),
    "case list --page 0": ("entier à partir de 1", "ganze Zahl ab 1 an", "intero da 1 in su"),
    "serve --port 0": ("--port 0 : donnez un nombre entier de 1 à 65535", "von 1 bis 65535", "da 1 a 65535"),
}
OF_TYPER = re.compile(r"Usage:|Error|Try|Missing|Invalid|No such|Option '|Got|Possible|required|valid ")


@pytest.mark.parametrize("typed", sorted(MISUSED))
def test_a_wrong_command_line_is_told_in_the_language_of_who_reads(typed: str) -> None:
    """`Usage:`, `Error:` and what was wrong were typer's English in each language."""
    for language, wrong in zip(("fr", "de", "it"), MISUSED[typed], strict=True):
        status, out, err = run(*typed.split(), BILLING_LANGUAGE=language)
        assert (status, out) == (2, "") and wrong in err.splitlines()[-1], err
        assert not OF_TYPER.search(err), err


def test_why_a_file_cannot_be_read_is_told_in_the_language_of_who_reads(tmp_path: Path) -> None:
    """It was the system's English behind a French sentence; English has the system's words."""
    wanted = {
        "en": "No such file or directory",
        "fr": "aucun fichier ou dossier",
        "de": "keine solche",
        "it": "nessun file",
    }
    for language, said in wanted.items():
        status, _, err = run("load", f"{tmp_path}/none.jsonl", BILLING_LANGUAGE=language)
        assert status == 1 and said in err, err


@pytest.mark.parametrize(
    ("language", "state", "end"), [("fr", "brouillon", "03/04/2025"), ("de", "Entwurf", "03.04.2025")]
)
def test_a_state_and_a_day_are_said_in_the_language_of_who_reads(
    language: str, state: str, end: str, tmp_path: Path
) -> None:
    """Days were 2025-04-03 beside 03/04/2025, and a quote was `draft`; a refusal has what can be typed."""
    session = Session(tmp_path)
    session.env |= {"BILLING_LANGUAGE": language, "BILLING_TODAY": "2025-03-04", "BILLING_AGENT": "ana"}
    for command in PACK.strip().splitlines()[:3]:
        session.do(command)
    quoted = session.do("billing quote add DUPONT --title T --amount 100 --kind service")
    assert state in quoted and end in quoted and "2025-04" not in quoted
    assert state in session.do("billing quote list") and "04/03/2025" in session.do("billing quote list").replace(
        ".", "/"
    )
    assert "2025-03-05" in session.do("billing log DUPONT 5 --on 2025-03-05")


@pytest.mark.parametrize(("terminal", "closed"), [("de_DE", "abzuschließen"), ("de_CH", "abzuschliessen")])
def test_a_swiss_terminal_has_no_sharp_s(terminal: str, closed: str, tmp_path: Path) -> None:
    """Half of the German sentences were spelled as in Germany, half as in Switzerland, wherever they were read."""
    session = Session(tmp_path)
    session.env |= {"BILLING_TODAY": "2025-03-04", "BILLING_LANGUAGE": "", "LC_ALL": terminal}
    session.do("billing init --name Spaß --country DE")
    session.do("billing customer add A --name Spaß --country DE")
    assert closed in session.do("billing month 2025-03") and "Spaß" in session.do("billing customer show A")
    spelled = locales.catalogs.FOLDER / "de" / "LC_MESSAGES" / "billing.po"
    assert not re.search(r"[Ss]chliess|ausserh|[Gg]röss|heisst|\bweiss|[Ss]trass", spelled.read_text())


@pytest.mark.parametrize(
    ("language", "until"),
    [("fr", "court jusqu’à sa résiliation ;"), ("de", "läuft bis zur Kündigung;"), ("it", "vale fino alla disdetta;")],
)
def test_until_when_a_contract_runs_is_said_in_the_language_of_who_reads(
    language: str, until: str, tmp_path: Path
) -> None:
    """It was `läuft bis it is cancelled`."""
    session = Session(tmp_path)
    session.env |= {"BILLING_LANGUAGE": language, "BILLING_TODAY": "2025-03-04", "BILLING_AGENT": "ana"}
    for command in PACK.strip().splitlines()[:3]:
        session.do(command)
    assert until in session.do("billing contract sign DUPONT --tariff qualiodoo")


@pytest.mark.parametrize(
    ("terminal", "sold", "table", "quoted"),
    [
        ({"BILLING_LANGUAGE": "en"}, "EUR 1440.60", "1200.50", "2025-04-03"),
        ({"BILLING_LANGUAGE": "fr"}, "EUR 1\u202f440,60", "1\u202f200,50", "03/04/2025"),
        ({"BILLING_LANGUAGE": "de"}, "EUR 1.440,60", "1.200,50", "03.04.2025"),
        ({"BILLING_LANGUAGE": "", "LC_ALL": "fr_CH", "LANG": "de_DE"}, "EUR 1’440.60", "1’200.50", "03.04.2025"),
    ],
    ids=("en", "fr", "de", "fr_CH"),
)
def test_an_amount_is_written_as_the_language_and_the_country_of_the_terminal_have_it(
    terminal: dict[str, str], sold: str, table: str, quoted: str, tmp_path: Path
) -> None:
    """It was `EUR 1440.60` whatever the language; refusals, commands that are offered and JSON keep what is typed."""
    session = Session(tmp_path)
    session.env |= {"BILLING_TODAY": "2025-03-04", "BILLING_AGENT": "ana", **terminal}
    for command in PACK.strip().splitlines()[:3]:
        session.do(command)
    assert sold in session.do("billing buy DUPONT pack-12h --price 1200.50")
    shown = session.do("billing invoice show INV-2025-00001")
    assert table in shown and sold[4:] in shown
    assert quoted in session.do("billing quote add DUPONT --title T --amount 100 --kind service")
    assert "--amount 1200.50" in session.do("billing invoice credit INV-2025-00001 --reason r --amount 5000")
    assert '"total": "1440.60"' in session.do("billing invoice show INV-2025-00001 --json")


def test_the_moments_of_a_tick_are_written_as_the_language_has_them(tmp_path: Path) -> None:
    """A late target and a missed call-back had 2025-03-04T08:00 in each language; JSON has what can be typed."""
    session = Session(tmp_path)
    session.env |= {"BILLING_LANGUAGE": "fr", "BILLING_TODAY": "2025-03-04", "BILLING_AGENT": "ana"}
    session.do("billing init --name Demo --country FR --exempt")
    session.do("billing customer add RENE --name Rene --country FR")
    session.do("billing contract sign RENE --tariff systell --start 2025-01-01")
    session.do("billing case open RENE S-1 --at 2025-02-24T09:00")
    session.do("billing case ask S-1 --at 2025-02-24T10:00")
    session.do("billing case open RENE S-2 --at 2025-02-28T09:00")
    session.do("billing case callback add S-2 --from 2025-03-03T14:00 --to 16:00 --at 2025-02-28T09:30")
    shown = session.do("billing tick --dry-run")
    for moment in ("24/02/2025 10:00", "02/03/2025 09:00", "03/03/2025 14:00"):
        assert moment in shown, shown
    assert "2025-0" not in shown, shown
    assert "2025-03-03T14:00" in session.do("billing tick --dry-run --json")


CODED = {
    "billing case open MUSEE M-1 --priority low --channel phone --at 2025-03-03T10:00": ("low", "phone"),
    "billing case open MUSEE M-2 --priority high --at 2025-03-03T10:00": ("high",),
    "billing case change M-2 --priority low --reason r": ("low",),
    "billing case show M-1": ("low", "phone"),
    "billing case list": ("low",),
    "billing queue": ("low",),
    "billing report open": ("low",),
    "billing report sla 2025-03": ("low", "high"),
    "billing log M-1 12m30s": (),
    "billing report time --by channel": ("phone",),
    "billing verify M-1 --kind customer-computer": ("customer-computer",),
    "billing case show M-1 ": ("customer-computer",),
    "billing maintenance announce --from 2025-03-04T14:00 --to 2025-03-06T06:00 --text V8 --emergency": (),
    "billing case show M-2": ("ahead", "running"),
    "billing customer change MUSEE --email a@musee.example": ("email",),
    "billing key add zammad --scope reply": ("reply",),
    "billing key list": ("reply",),
    "billing agent add ana --name Ana --email ana@musee.example --role head": (),
    "billing agent list": ("head",),
}


@pytest.mark.parametrize("language", ["fr", "de", "it"])
def test_what_a_code_stands_for_is_said_in_the_language_of_who_reads(language: str, tmp_path: Path) -> None:
    """`priorité normal`, `ouvert par phone`, a verdict, a role: codes that only a command takes."""
    session = Session(tmp_path)
    session.env |= {"BILLING_LANGUAGE": language, "BILLING_TODAY": "2025-03-04", "BILLING_AGENT": "ana"}
    session.do("billing init --name Demo --country FR --exempt")
    session.do("billing customer add MUSEE --name Musée --country FR")
    session.do("billing contract sign MUSEE --tariff moveon --start 2025-01-01")
    for command, codes in CODED.items():
        shown = session.do(command.strip())
        assert "exit" not in shown, shown
        assert not set(codes) & set(re.findall(r"[\w-]+", shown.replace("customer change", ""))), shown


def test_a_time_with_seconds_is_written_like_any(tmp_path: Path) -> None:
    """A day's sum was `1 h 12 30 s`."""
    session = Session(tmp_path)
    session.env |= {"BILLING_LANGUAGE": "fr", "BILLING_TODAY": "2025-03-04", "BILLING_AGENT": "ana"}
    for command in PACK.strip().splitlines()[:3]:
        session.do(command)
    session.do("billing log DUPONT 12m30s --case T-1")
    session.do("billing log DUPONT 1h --case T-1")
    assert "1 h 12 min 30 s" in session.do("billing day")
    session.do("billing log DUPONT 4s --case T-2")
    assert ": 4 s " in session.do("billing why T-2")
    assert "9 h 05 min 30 s" in session.do("billing log DUPONT 545m30s --case T-3 --yes")


REFUSED = """
billing buy ALPINA support-plus
billing contract tier ALPINA profi
billing buy ALPINA support-plus-contact --contact Anna
billing buy ALPINA support-plus --quantity 2
billing buy ALPINA half-fare --price 10 --contact Anna
billing case open ALPINA T-1 --priority urgent
billing stop T-1
billing stop
"""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", ["pour les niveaux profi, premium ;", "profi", "half-fare, support-plus soit en vigueur",
                "2 requis, 0 donné", "vaut pour tous", "le dossier 'T-1'",
                "ana n’a pas de chronomètre sur T-1 ; `billing start T-1`",
                "ana n’a pas de chronomètre ; `billing start CASE`"]),
        ("de", ["für die Stufen profi, premium;", "profi", "half-fare, support-plus läuft",
                "2 nötig, 0 angegeben", "gilt für alle", "der Fall 'T-1'",
                "ana hat keine Stoppuhr auf T-1; `billing start T-1`",
                "ana hat keine Stoppuhr; `billing start CASE`"]),
        ("it", ["per i livelli profi, premium;", "profi", "half-fare, support-plus sia in vigore",
                "richiesti 2, indicati 0", "vale per tutti", "il caso 'T-1'",
                "ana non ha alcun cronometro su T-1; `billing start T-1`",
                "ana non ha alcun cronometro; `billing start CASE`"]),
    ],
)  # fmt: skip
def test_what_is_refused_has_no_word_of_english(language: str, said: list[str], tmp_path: Path) -> None:
    """A sale that a tier forbids was refused in English, and a case was `case 'T-1'` in every language."""
    session = Session(tmp_path)
    session.env |= {"BILLING_LANGUAGE": language, "BILLING_TODAY": "2025-03-04", "BILLING_AGENT": "ana"}
    for command in TYPED.strip().splitlines()[:2]:
        session.do(command)
    session.do("billing contract sign ALPINA --tariff q3 --tier standard")
    session.do("billing case open ALPINA T-1 --at 2025-03-04T09:00")
    for command, sentence in zip(REFUSED.strip().splitlines(), said, strict=True):
        assert sentence in session.do(command)


@pytest.mark.parametrize(
    ("language", "why", "counted"),
    [
        ("fr", "pas de référence, et aucune facture ouverte de ce montant", "1 comptabilisé, 0 déjà connu, 2 à"),
        ("de", "keine Referenz und keine offene Rechnung über diesen Betrag", "1 verbucht, 0 schon bekannt, 2 offen"),
        ("it", "nessun riferimento, e nessuna fattura aperta di questo importo", "1 registrato, 0 già noti, 2 da"),
    ],
)  # fmt: skip
def test_why_a_movement_is_open_is_said_in_the_language_of_who_reads(
    language: str, why: str, counted: str, tmp_path: Path
) -> None:
    """It was `no reference, and no open invoice of this amount` in all, and `1 comptabilisés`."""
    session = Session(tmp_path)
    session.env |= {"BILLING_LANGUAGE": language, "BILLING_AGENT": "ana"}
    page = (Path(__file__).parent / "scenarios" / "bank-file.md").read_text()
    typed = [command for block in blocks(page) for command, _ in steps(block)]
    for command in typed[: typed.index("billing payments import february.xml")]:
        session.do(command)
    said = session.do("billing payments import february.xml")
    assert why in said and counted in said, said
    assert why in session.do("billing payments open")
    assert "no reference, and no open invoice" in session.do("billing payments open --json")
