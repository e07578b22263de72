"""The messages of RFC 4475 ("SIP Torture Test Messages"), each in the spirit of its section; the name is the RFC's.

`valid` ones are strange but lawful and must be answered like any request; `invalid` ones may be refused or dropped.
"""

_BODY = (
    "v=0\r\no=mhandley 29739 7272939 IN IP4 192.0.2.3\r\ns=-\r\nc=IN IP4 192.0.2.4\r\nt=0 0\r\n"
    "m=audio 49217 RTP/AVP 0\r\n"
)


def _message(first: str, *lines: str, body: str = "", length: str | None = None) -> bytes:
    tail = [f"Content-Length: {len(body) if length is None else length}"] if length != "" else []
    return ("\r\n".join([first, *lines, *tail]) + "\r\n\r\n" + body).encode("utf-8", "surrogateescape")


def _usual(name: str, method: str = "OPTIONS", **other: str) -> list[str]:
    parts = {
        "Via": f"SIP/2.0/UDP t1.example.com;branch=z9hG4bK-{name}",
        "Max-Forwards": "70",
        "To": "sip:user@example.com",
        "From": f"sip:caller@example.net;tag={name}",
        "Call-ID": f"{name}.0ha0isndaksdj@192.0.2.1",
        "CSeq": f"8 {method}",
        **{key.replace("_", "-"): value for key, value in other.items()},
    }
    return [f"{key}: {value}" for key, value in parts.items()]


def valid() -> dict[str, bytes]:
    """Return section 3.1.1: valid messages."""
    long = "a" * 180
    return {
        "wsinv": _message(
            "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0",
            "TO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n",
            'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8',
            "MaX-fOrWaRdS: 0068",
            "Call-ID: wsinv.ndaksdj@192.0.2.1",
            "cseq: 0009\r\n  INVITE",
            "Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw",
            "s :",
            "NewFangledHeader:   newfangled value\r\n continued newfangled value",
            "UnknownHeaderWithUnusualValue: ;;,,;;,;",
            "Content-Type: application/sdp",
            "Route:\r\n <sip:services.example.com;lr;unknownwith=value;unknown-no-value>",
            "v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n SIP  /    2.0   / UDP  192.168.255.111",
            'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue ;\r\n  secondparam ; q = 0.33',
            body=_BODY,
        ),
        "intmeth": _message(
            "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,"
            "weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0",
            *_usual("intmeth", "!interesting-Method0123456789_*+`.%indeed'~"),
        ),
        "esc01": _message("INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0", *_usual("esc01", "INVITE")),
        "escnull": _message(
            "REGISTER sip:example.com SIP/2.0", *_usual("escnull", "REGISTER", To="sip:null-%00-null@example.com")
        ),
        "esc02": _message("RE%47IST%45R sip:registrar.example.com SIP/2.0", *_usual("esc02", "RE%47IST%45R")),
        "lwsdisp": _message(
            "OPTIONS sip:user@example.com SIP/2.0", *_usual("lwsdisp", From="caller<sip:caller@example.com>;tag=323")
        ),
        "longreq": _message(
            f"INVITE sip:user@example.com;{long}={long} SIP/2.0",
            *_usual("longreq", "INVITE", **{f"Unknown-{long}": long * 4, "Route": f"<sip:{long}.example.com;lr>"}),
        ),
        "dblreq": _message("OPTIONS sip:j.user@example.com SIP/2.0", *_usual("dblreq"))
        + b"\r\nINVITE sip:joe@example.com SIP/2.0\r\n\r\n",
        "semiuri": _message("OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0", *_usual("semiuri")),
        "transports": _message(
            "OPTIONS sip:user@example.com SIP/2.0",
            *_usual("transports"),
            "Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf",
            "Via: SIP/2.0/UNKNOWN t5.example.com;branch=z9hG4bKkasjd",
        ),
        "mpart01": _message(
            "MESSAGE sip:kumiko@example.org SIP/2.0",
            *_usual("mpart01", "MESSAGE", Content_Type='multipart/mixed;boundary="7a9cbec02ceef655"'),
            body="--7a9cbec02ceef655\r\nContent-Type: text/plain\r\n\r\nHello\r\n--7a9cbec02ceef655--\r\n",
        ),
        "unreason": _message("SIP/2.0 200 = 2**3 * 5**2 \u043d\u043e", *_usual("unreason", "INVITE")),
        "noreason": _message("SIP/2.0 100 ", *_usual("noreason", "INVITE")),
    }


def invalid() -> dict[str, bytes]:
    """Return sections 3.1.2 to 3.4: invalid messages, and those whose trouble lies deeper."""
    options = "OPTIONS sip:user@example.com SIP/2.0"
    return {
        "badinv01": _message(
            "INVITE sip:user@example.com SIP/2.0",
            *_usual("badinv01", "INVITE", Contact='"Joe" <sip:joe@example.org>;;;;'),
        ),
        "clerr": _message("INVITE sip:user@example.com SIP/2.0", *_usual("clerr", "INVITE"), body=_BODY, length="9999"),
        "ncl": _message("INVITE sip:user@example.com SIP/2.0", *_usual("ncl", "INVITE"), body=_BODY, length="-999"),
        "scalar02": _message(
            "REGISTER sip:example.com SIP/2.0",
            *_usual(
                "scalar02", "REGISTER", CSeq="36893488147419103232 REGISTER", Max_Forwards="300", Expires="1" + "0" * 60
            ),
        ),
        "scalarlg": _message(
            "SIP/2.0 503 Service Unavailable", *_usual("scalarlg", CSeq="9292394834772304023312 OPTIONS")
        ),
        "quotbal": _message(
            "INVITE sip:user@example.com SIP/2.0",
            *_usual("quotbal", "INVITE", To='"Mr. J. User <sip:j.user@example.com>'),
        ),
        "ltgtruri": _message("INVITE <sip:user@example.com> SIP/2.0", *_usual("ltgtruri", "INVITE")),
        "lwsruri": _message("INVITE sip:user@example.com; lr SIP/2.0", *_usual("lwsruri", "INVITE")),
        "lwsstart": _message("INVITE  sip:user@example.com  SIP/2.0", *_usual("lwsstart", "INVITE")),
        "trws": _message("OPTIONS sip:remote-target@example.com SIP/2.0  ", *_usual("trws")),
        "escruri": _message(
            "INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0", *_usual("escruri", "INVITE")
        ),
        "baddate": _message(
            "INVITE sip:user@example.com SIP/2.0", *_usual("baddate", "INVITE", Date="Fri, 01 Jan 2010 16:00:00 EST")
        ),
        "regbadct": _message(
            "REGISTER sip:example.com SIP/2.0",
            *_usual("regbadct", "REGISTER", Contact="sip:user@example.com?Route=%3Csip:sip.example.com%3E"),
        ),
        "badaspec": _message(
            "OPTIONS sip:user@example.org SIP/2.0",
            *_usual("badaspec", To='"Watson, Thomas" < sip:t.watson@example.org >'),
        ),
        "baddn": _message(options, *_usual("baddn", From="Bell, Alexander <sip:a.g.bell@example.com>;tag=43")),
        "badvers": _message("OPTIONS sip:t.watson@example.org SIP/7.0", *_usual("badvers")),
        "mismatch01": _message(options, *_usual("mismatch01", "INVITE")),
        "mismatch02": _message("NEWMETHOD sip:user@example.com SIP/2.0", *_usual("mismatch02", "INVITE")),
        "bigcode": _message("SIP/2.0 4294967301 better not break the receiver", *_usual("bigcode", "INVITE")),
        "badbranch": _message(options, *_usual("badbranch", Via="SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK")),
        "insuf": _message("INVITE sip:user@example.com SIP/2.0", "Max-Forwards: 70", "Content-Type: application/sdp"),
        "unkscm": _message("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0", *_usual("unkscm")),
        "novelsc": _message("OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0", *_usual("novelsc")),
        "unksm2": _message("REGISTER sip:example.com SIP/2.0", *_usual("unksm2", "REGISTER", To="isbn:2983792873")),
        "bext01": _message(
            options, *_usual("bext01", Require="nothingSupportsThis", Proxy_Require="noProxiesSupportThis")
        ),
        "invut": _message(
            "INVITE sip:user@example.com SIP/2.0",
            *_usual("invut", "INVITE", Content_Type="application/unknownformat"),
            body="<audio/>",
        ),
        "regaut01": _message(
            "REGISTER sip:example.com SIP/2.0",
            *_usual("regaut01", "REGISTER", Authorization="NoOneKnowsThisScheme opaque-data=here"),
        ),
        "multi01": _message(
            "INVITE sip:user@example.com SIP/2.0", *_usual("multi01", "INVITE"), *_usual("again", "INVITE")
        ),
        "mcl01": _message(options, *_usual("mcl01", Content_Length="13"), body="There is no way to know", length="5"),
        "bcast": _message(
            "SIP/2.0 200 OK", *_usual("bcast", "INVITE", Via="SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23")
        ),
        "zeromf": _message(options, *_usual("zeromf", Max_Forwards="0")),
        "cparam01": _message(
            "REGISTER sip:example.com SIP/2.0",
            *_usual("cparam01", "REGISTER", Contact="sip:+19725552222@gw1.example.net;unknownparam"),
        ),
        "regescrt": _message(
            "REGISTER sip:example.com SIP/2.0",
            *_usual("regescrt", "REGISTER", Contact="<sip:user@example.com?Route=%3Csip:sip.example.com%3E>"),
        ),
        "sdp01": _message(
            "INVITE sip:user@example.com SIP/2.0",
            *_usual("sdp01", "INVITE", Content_Type="application/sdp", Accept="text/nobodyKnowsThis"),
            body=_BODY,
        ),
        "inv2543": _message(
            "INVITE sip:UserB@example.com SIP/2.0",
            "Via: SIP/2.0/UDP iftgw.example.com",
            "From: <sip:+13035551111@ift.client.example.net;user=phone>",
            "To: sip:+16505552222@ss1.example.net;user=phone",
            "Call-ID: inv2543.1717@ift.client.example.com",
            "CSeq: 56 INVITE",
        ),
        "not_sip": b"\x00\x01\x02\xff" * 300,
        "empty_lines": b"\r\n\r\n\r\n\r\n",
        "huge": _message("INVITE sip:user@example.com SIP/2.0", *_usual("huge", "INVITE", Subject="x" * 60000)),
        "endless_header": b"INVITE sip:a@b SIP/2.0\r\n" + b"A" * 60000,
    }
