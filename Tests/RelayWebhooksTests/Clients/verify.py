"""Verifies a message by the package that receivers use. Reads {"secret", "headers", "body"} from the file named, and prints the payload."""

import json
import sys
from datetime import datetime, timezone
from unittest import mock

import standardwebhooks.webhooks as package

message = json.load(open(sys.argv[1]))
sent = datetime.fromtimestamp(int(message["headers"]["webhook-timestamp"]), tz=timezone.utc)
with mock.patch.object(package, "datetime", wraps=datetime) as clock:
    # The signature is of a moment that never changes.
    clock.now.return_value = sent
    payload = package.Webhook(message["secret"]).verify(message["body"], message["headers"])
print(json.dumps(payload))
