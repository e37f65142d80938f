"""boiloff: raw captures of web pages in, clean article records out, with a ledger of everything taken away."""

from ._quiet_import import import_beam_quietly

import_beam_quietly()
