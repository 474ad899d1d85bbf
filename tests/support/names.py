"""A real DNS server on the loopback that knows a few TXT records."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from dns.resolver import Resolver


@contextmanager
def name_server(records: Mapping[str, Sequence[str]]) -> Iterator[Resolver]:
    """A resolver that asks it; a name that it does not know does not exist."""

    class Answers(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, line = self.request
            question = dns.message.from_wire(data)
            reply = dns.message.make_response(question)
            reply.flags |= dns.flags.AA
            name = question.question[0].name
            found = records.get(name.to_text(omit_final_dot=True), ())
            if found:
                reply.answer.append(dns.rrset.from_text_list(name, 60, "IN", "TXT", [f'"{text}"' for text in found]))
            else:
                reply.set_rcode(dns.rcode.NXDOMAIN)
            line.sendto(reply.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, name="name-server")
        thread.start()
        try:
            resolver = Resolver(configure=False)
            resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
            yield resolver
        finally:
            server.shutdown()
            thread.join()
