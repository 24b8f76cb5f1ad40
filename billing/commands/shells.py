"""What the shells ask at a Tab: the line as it is typed goes in, what may follow comes out, with what each is.

typer's own scripts cut a reference at `:` and `=`, leave a blank in it unquoted, and import rich for a description.
These are put in their place, so `--install-completion` writes them; scripts that were installed before go on as they
were.
"""

import os
import re
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from typer import _completion_shared
from typer._click.shell_completion import CompletionItem, ShellComplete, add_completion_class

from billing.core.signs import shown

NAME: Final = "plain"  # typer takes the names of the shells for its own
LINE: Final = "_BILLING_LINE"  # the line up to the cursor
_WIDTH = 50  # of what a name is
_PARTS = attrgetter("value", "help")  # click's item has an attribute of any name: mypy would see no wrong one

_BASH = r"""
%(complete_func)s() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <(env _BILLING_LINE="${COMP_LINE:0:COMP_POINT}" _BILLING_SHELL=bash _BILLING_BREAKS="$COMP_WORDBREAKS" \
        _BILLING_TAB="$COMP_TYPE" %(autocomplete_var)s=complete_plain "$1" 2>/dev/null)
}

complete -o default -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null ||
    complete -o default -F %(complete_func)s %(prog_name)s
"""
_ZSH = r"""
#compdef %(prog_name)s

%(complete_func)s() {
  local line typed="${(Q)words[CURRENT]}"
  local -a values shown
  local found="$(
    env _BILLING_LINE="${words[1,CURRENT]}" %(autocomplete_var)s=complete_plain %(prog_name)s 2>/dev/null
  )"
  for line in "${(@f)found}"; do
    [[ -n "$line" ]] || continue
    values+=("${line%%%%$'\t'*}")
    shown+=("${line/$'\t'/  }")
    [[ "${(L)values[-1]}" == "${(L)typed}"* ]] || compstate[insert]=menu
  done
  if (( $#values )); then
    compadd -U -l -V %(prog_name)s -d shown -a values
  else
    _files
  fi
}

compdef %(complete_func)s %(prog_name)s
"""
_FISH = r"""
function %(complete_func)s
    set -l line (commandline -cp | string collect)
    set -l found (env _BILLING_LINE=$line %(autocomplete_var)s=complete_plain %(prog_name)s 2>/dev/null)
    if test (count $found) -gt 0
        string join \n -- $found
    else
        __fish_complete_path (commandline -ct)
    end
end

complete --command %(prog_name)s --erase
complete --command %(prog_name)s --no-files --keep-order --arguments '(%(complete_func)s)'
"""


def prepare() -> None:
    """Puts these scripts in the place of typer's, and makes known what they ask."""
    _completion_shared._completion_scripts.update(bash=_BASH, zsh=_ZSH, fish=_FISH)
    add_completion_class(_Plain, NAME)


def typed(line: str) -> tuple[list[str], str, str]:
    """The words of a line before the cursor's, the cursor's own, and the quote that is open in it, if one is.

    A word is what the shell would hand over: without quotes and backslashes.
    """
    words, quote, escaped, begun = [""], "", False, False
    for sign in line:
        if escaped:
            words[-1] += sign
            escaped = False
        elif sign == "\\" and quote != "'":
            escaped = begun = True
        elif quote:
            quote, words[-1] = ("", words[-1]) if sign == quote else (quote, words[-1] + sign)
        elif sign in "'\"":
            quote, begun = sign, True
        elif not sign.isspace():
            words[-1] += sign
            begun = True
        elif begun:
            words.append("")
            begun = False
    return words[:-1], words[-1], quote


class _Plain(ShellComplete):
    """A line for each thing that may follow: its value, a tab, what it is; for bash, ready to be inserted."""

    name = NAME
    source_template = ""

    def source_vars(self) -> dict[str, str]:
        return {}  # the scripts are typer's to write

    def get_completion_args(self) -> tuple[list[str], str]:
        words, incomplete, _ = typed(os.environ.get(LINE, ""))
        return words[1:], incomplete

    def format_completion(self, item: CompletionItem) -> str:
        value, help = _PARTS(item)
        about = shown(" ".join((help or "").split()))
        if len(about) > _WIDTH:
            about = f"{about[: _WIDTH - 1]}…"
        return f"{shown(value)}\t{about}" if about else shown(value)

    def complete(self) -> str:
        lines = super().complete().splitlines()
        if os.environ.get("_BILLING_SHELL") != "bash":
            return "\n".join(lines)
        _, word, quote = typed(os.environ.get(LINE, ""))
        return "\n".join(for_bash(lines, word, quote, os.environ.get("_BILLING_BREAKS", ""), _listed()))


def _listed() -> bool:
    """Whether bash shows what there is; else it puts one after the other into the line."""
    return os.environ.get("_BILLING_TAB") not in ("37", "42")


def for_bash(lines: Sequence[str], word: str, quote: str, breaks: str, listed: bool) -> list[str]:
    """What bash is to put in the place of what it takes for the word, which begins after the last of its `breaks`.

    bash puts in what all have in common: where that is not what was typed, a blank line keeps it from doing so.
    """
    kept = 0 if quote else max((word.rfind(sign) + 1 for sign in breaks if sign in ":="), default=0)
    found = []
    for line in lines:
        value, _, about = line.partition("\t")
        if kept and not value.casefold().startswith(word[:kept].casefold()):
            continue
        rest = value[kept:] if quote else re.sub(r"([^\w@%+=:,./-])", r"\\\1", value[kept:])
        found.append((rest, about))
    if len(found) < 2 or not listed:
        return [rest for rest, _ in found]
    begun = all(rest.casefold().startswith(word[kept:].casefold()) for rest, _ in found)
    return [f"{rest}  ({about})" if about else rest for rest, about in found] + ([] if begun else [" "])
