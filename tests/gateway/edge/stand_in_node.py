"""A process that stands in for a voice node: answers every call and OPTIONS, says how it is, nothing more."""

import http.server
import json
import sys

from tests.gateway.edge.kit import Phone, Responder


class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"calls": 0, "path": self.path, "node": int(sys.argv[3])}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    Responder(Phone(("", 0), user="node", port=int(sys.argv[1])))
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Health).serve_forever()
