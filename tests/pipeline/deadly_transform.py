"""A step of somebody's own that ends or stops its process on some pages."""

import os
import signal
import time
from dataclasses import dataclass

from boiloff.transforms import Page, PageTransform


@dataclass
class DieOnSomePages(PageTransform):
    """Does what a page says, as a fault in compiled code would; `once` names a file by which it knows that it has."""

    once: str = ""

    def clean(self, page: Page) -> Page:
        text = "".join(block.text for block in page.blocks)
        if "die once" in text and not os.path.exists(self.once):
            open(self.once, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        if "be killed" in text:
            os.kill(os.getpid(), signal.SIGSEGV)
        if "exit" in text:
            os._exit(7)
        if "sleep" in text:
            time.sleep(600)
        if "print" in text:
            print("a word of the step")
        return page
