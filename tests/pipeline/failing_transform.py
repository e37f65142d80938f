"""A transform of somebody's own that fails on some pages."""

from boiloff.transforms import Page, PageTransform


class FailAlways(PageTransform):
    """Fails on every page."""

    def clean(self, page: Page) -> Page:
        raise RuntimeError("always")


class FailOnParrots(PageTransform):
    """Fails if a block mentions a parrot."""

    def clean(self, page: Page) -> Page:
        if any("parrot" in block.text for block in page.blocks):
            raise RuntimeError("a parrot")
        return page


class TakeAllMemory(PageTransform):
    """Asks for more memory than there is, if a block mentions a parrot."""

    def clean(self, page: Page) -> Page:
        if any("parrot" in block.text for block in page.blocks):
            bytearray(1 << 62)
        return page
