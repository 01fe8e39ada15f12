"""What scripts say: texts by name, in the language of the request."""

from app.language.speech import gettext as _


def script_words() -> dict[str, str]:
    """Templates whose ``{names}`` a script fills in."""
    return {
        "answered": _("The server answered {status}."),
        "unreachable": _("The server cannot be reached."),
        "last_picture": _("The server cannot be reached. The picture is the last one it gave."),
        "play": _("Play"),
        "pause": _("Pause"),
        "frame_all": _(
            "A frame stands for about {count} updates; its trail goes through all of them."
        ),
        "frame_some": _(
            "A frame stands for about {count} updates; its trail goes through one in {every}."
        ),
        "start": _("start"),
        "labelled": _("{label}: {text}"),
        "default_moved": _("Default for {because}: {value} (was {before})"),
        "points_used": _("Used: {used} of {rows} rows, with columns {names}."),
        "points_few": _(
            "Points so far: {count}. A picture needs at least {least}, and neither coordinate the "
            "same in all; until then the last one stays."
        ),
        "points_few_labels": _(
            "Points so far: {count}. A picture needs at least {least}, both labels, and neither "
            "coordinate the same in all; until then the last one stays."
        ),
        "no_label": _("none: a line or curve"),
        "zoom": _("Zoom"),
        "turn": _("Turn and zoom"),
        "whole": _("Show all"),
        "lens": _("What is seen of the plane: arrow keys move it"),
        "nearer": _("Nearer (Ctrl and the wheel, or two fingers)"),
        "farther": _("Farther (Ctrl and the wheel, or two fingers)"),
        "closeup": _("Look at the minimum"),
        "preview": _("Preview: {points} of {updates} updates at {name}"),
        "preview_of_replicas": _(
            "Preview: {points} of {updates} updates at {name}, first of {replicas} replicas"
        ),
        "preview_cut": _(
            "Preview: the server is busy, so each run ends after {updates} updates at most"
        ),
        "queue": _(
            "The server is busy: {count} computations have their turn before this page's, "
            "in about {seconds} s."
        ),
        "queue_full": _(
            "The server is full: {count} computations have their turn before this page's. "
            "It is asked again by itself."
        ),
        "full": _("full"),
        "mean_size": _("mean {size}"),
        "under_way": _("under way"),
        "undefined": _("undefined"),
        "seconds_left": _("about {seconds} s left"),
        "cancelled": _("Cancelled: {measured} of {asked} measured."),
        "cancelled_before": _("Cancelled before anything was measured: nothing is drawn anew."),
        "cancelled_training": _("Cancelled: {trained} of {asked} batch sizes are trained."),
        "cancelled_training_rules": _(
            "Cancelled: {trained} of {asked} batch sizes of the rules are trained."
        ),
        "at_update": _("update {update}"),
        "data_set": _("{title}: {description}. Source: {source}."),
        "size": _("B = {size}"),
        "size_full": _("B = {size} (full)"),
        "size_of_rule": _("{rule}, {size}"),
        "diverged": _("diverged"),
        "ended": _("The sweep was ended by the server."),
        "perfect": _("perfect"),
        "diminishing": _("diminishing"),
        "plateau": _("plateau"),
        "copied": _("Copied"),
        "about_to_be_drawn": _(
            "Nothing has been drawn yet: here is the first batch, and what it will do."
        ),
        "data_as_csv": _("Data as CSV"),
        "rows": _("The first {shown} of {all} rows; the CSV has them all."),
        # The page that compares.
        "nothing_differs": _("A and B are the same as yet: choose another “{name}” for B."),
        "only_differs": _("Only “{name}” differs: {a} in A, {b} in B."),
        "differs": _("“{name}” differs: {a} in A, {b} in B. With it: {others}."),
        "differs_too": _("“{name}”, {a} in A and {b} in B"),
        "clauses": _("{one}; {another}"),
        "sentences": _("{one} {another}"),
        "listed": _("{one}, {another}"),
        "colours_of_sizes": _("The same colour is the same batch size in both."),
        "colours_of_examples": _(
            "Colours run from batch size 1 to all examples: of another number of examples, the"
            " same batch size has another colour."
        ),
        "rests": _(
            "{first} ends at {end} {unit} and is shown so from there on, {last} goes on to {later}."
        ),
    }
