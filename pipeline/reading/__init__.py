"""Reading: from the files a crawler left behind to captures, and rejected records for what gave none."""
