"""Prints what stands in a database that no relay has open: open holds, receipts by state, and the wallets' sums.

usage: books.py DATABASE
"""

import json
import sqlite3
import sys

db = sqlite3.connect(sys.argv[1])
print(
    json.dumps(
        {
            "integrity": db.execute("PRAGMA integrity_check").fetchone()[0],
            "holds": db.execute("SELECT count(*) FROM holds").fetchone()[0],
            "receipts": dict(db.execute("SELECT state, count(*) FROM receipts GROUP BY state").fetchall()),
            "posted": db.execute("SELECT coalesce(sum(posted), 0) FROM wallets").fetchone()[0],
            "held": db.execute("SELECT coalesce(sum(held), 0) FROM wallets").fetchone()[0],
            "charged": db.execute("SELECT coalesce(sum(charged), 0) FROM receipts").fetchone()[0],
        }
    )
)
