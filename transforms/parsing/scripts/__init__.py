"""From a page's scripts to the article they hold, for pages whose markup holds none. No script is ever run."""
