"""PEM in every shape that mail programs, helpdesks and people make of it."""

from __future__ import annotations

import base64
import html
import json
import quopri
import textwrap
import urllib.parse

from bot.x509.intake import Blob
from tests.x509.case_table import Row, check, each
from tests.x509.openssl_made import Made

FIXED = "FMT_REPAIRED"


def pem(made: Made) -> str:
    return made.pem("leaf")


def both(made: Made) -> str:
    return made.pem("leaf") + made.pem("middle")


def labelled(label: str, made: Made, name: str = "leaf") -> str:
    return made.pem(name).replace("CERTIFICATE", label)


def dashed(begin: str, made: Made) -> str:
    return pem(made).replace("-----", begin)


def quoted(mark: str, made: Made) -> str:
    return textwrap.indent(pem(made), mark, lambda _: True)


def one_line(joiner: str, made: Made) -> str:
    return joiner.join(pem(made).splitlines())


def wrapped(width: int, made: Made, joiner: str = "\n") -> str:
    body = joiner.join(textwrap.wrap(made.body(), width))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


def in_pre(made: Made) -> str:
    return f"<html><body><pre>{html.escape(pem(made))}</pre></body></html>"


def in_divs(made: Made) -> str:
    return "".join(f"<div dir='auto'>{line}</div>" for line in pem(made).splitlines())


def in_numbers(made: Made) -> str:
    return "".join(f"&#{ord(c)};" if c in "+/=-" else c for c in pem(made))


def in_hex_numbers(made: Made) -> str:
    return "".join(f"&#x{ord(c):X};" if c in "+/=\n" else c for c in pem(made))


def with_spans(made: Made) -> str:
    body = made.body()
    return (
        f"<p>-----BEGIN <b>CERTIFICATE</b>-----<br>{body[:100]}<span style='x'>{body[100:200]}"
        f"</span>{body[200:]}<br/>-----END CERTIFICATE-----</p>"
    )


def in_quoted_printable(made: Made) -> bytes:
    return quopri.encodestring(one_line(" ", made).encode(), quotetabs=True)


def in_json(made: Made) -> str:
    return json.dumps({"certificate": both(made)}).replace("/", "\\/")


def in_rtf(made: Made) -> str:
    return "{\\rtf1\\ansi " + "\\par\n".join(pem(made).splitlines()) + "\\par}"


def spread(character: str, made: Made) -> str:
    text = pem(made)
    return character.join(text[at : at + 20] for at in range(0, len(text), 20))


def speech(made: Made) -> str:
    return f"Dear team,\n\nhere it is:\n{made.body()}\n\nBest regards,\nMagdalena from Marketing\n"


def mail_file(made: Made) -> str:
    body = "\n".join(textwrap.wrap(base64.b64encode(pem(made).encode()).decode(), 76))
    return f"From: a@b.example\nContent-Transfer-Encoding: base64\n\n{body}\n\n--end--\n"


def der_mail_file(made: Made) -> str:
    body = "\n".join(textwrap.wrap(made.body(), 76))
    return f"From: a@b.example\nContent-Transfer-Encoding: base64\n\n{body}\n\n--end--\n"


def missing(line: int, made: Made) -> str:
    lines = pem(made).splitlines()
    del lines[line]
    return "Here it is\n" + "\n".join(lines) + "\nKind regards from all of us\n"


RIGHT = [
    Row("as openssl writes it", pem, "leaf"),
    Row("in the comment itself", pem, "leaf", text=True),
    Row("chain in one file", both, "leaf middle"),
    Row("chain in wrong order", lambda m: m.pem("middle") + m.pem("leaf"), "middle leaf"),
    Row("the same one twice", lambda m: m.pem("leaf") * 2, "leaf"),
    Row("CRLF", lambda m: pem(m).replace("\n", "\r\n"), "leaf"),
    Row("lone CR", lambda m: pem(m).replace("\n", "\r"), "leaf"),
    Row("no line end at the end", lambda m: pem(m).rstrip(), "leaf"),
    Row("trailing blanks", lambda m: pem(m).replace("\n", "  \n"), "leaf"),
    Row("speech around it", lambda m: f"Hello\n{pem(m)}Bye\n", "leaf", text=True),
    Row("bag attributes", lambda m: f"Bag Attributes\n  localKeyID: 01\n{pem(m)}", "leaf"),
    Row("openssl -text", lambda m: m.openssl("x509", "-in", "leaf.crt", "-text"), "leaf"),
    Row("X509 CERTIFICATE", lambda m: labelled("X509 CERTIFICATE", m), "leaf"),
    Row("TRUSTED CERTIFICATE with settings", lambda m: m.trusted, "leaf"),
    Row("latin-1 around it", lambda m: "Grüße\n".encode("latin-1") + pem(m).encode(), "leaf"),
    Row("wrapped at 76", lambda m: wrapped(76, m), "leaf"),
    Row("broken one beside a good one", lambda m: both(m).replace("MII", "M?I", 1), "middle",
        "FMT_UNKNOWN"),
]  # fmt: skip

MENDED = [
    Row("UTF-8 mark", lambda m: "\ufeff" + pem(m), "leaf", FIXED),
    Row("UTF-16 with mark", lambda m: pem(m).encode("utf-16"), "leaf", FIXED),
    Row("UTF-16 LE", lambda m: pem(m).encode("utf-16-le"), "leaf", FIXED),
    Row("UTF-16 BE", lambda m: pem(m).encode("utf-16-be"), "leaf", FIXED),
    Row("UTF-16 BE with mark", lambda m: b"\xfe\xff" + pem(m).encode("utf-16-be"), "leaf", FIXED),
    Row("hard blanks", lambda m: pem(m).replace("\n", "\xa0\n\xa0"), "leaf", FIXED),
    Row("hard blanks in the label", lambda m: pem(m).replace(" ", "\xa0"), "leaf", FIXED),
    Row("zero-width spaces", lambda m: spread("\u200b", m), "leaf", FIXED),
    Row("soft hyphens", lambda m: spread("\xad", m), "leaf", FIXED),
    Row("directional marks", lambda m: spread("\u200e", m), "leaf", FIXED),
    Row("zero bytes", lambda m: spread("\0", m), "leaf", FIXED),
    Row("quoted", lambda m: quoted("> ", m), "leaf", FIXED, text=True),
    Row("quoted without blank", lambda m: quoted(">", m), "leaf", FIXED, text=True),
    Row("quoted five deep", lambda m: quoted("> >> > > ", m), "leaf", FIXED, text=True),
    Row("quoted with bars", lambda m: quoted("| ", m), "leaf", FIXED),
    Row("indented", lambda m: quoted("    ", m), "leaf", FIXED),
    Row("indented by tabs", lambda m: quoted("\t", m), "leaf", FIXED),
    Row("code fence", lambda m: f"```\n{quoted('  ', m)}```", "leaf", FIXED),
    Row("pre in HTML", in_pre, "leaf", FIXED),
    Row("divs in HTML", in_divs, "leaf", FIXED),
    Row("breaks in HTML", lambda m: one_line("<br />", m), "leaf", FIXED),
    Row("spans in HTML", with_spans, "leaf", FIXED),
    Row("escaped HTML", lambda m: html.escape(in_divs(m)), "leaf", FIXED),
    Row("decimal entities", in_numbers, "leaf", FIXED),
    Row("hexadecimal entities", in_hex_numbers, "leaf", FIXED),
    Row("entities twice", lambda m: in_numbers(m).replace("&", "&amp;"), "leaf", FIXED),
    Row("named blank entity", lambda m: pem(m).replace(" ", "&nbsp;"), "leaf", FIXED),
    Row("named dashes", lambda m: dashed("&mdash;&mdash;", m), "leaf", FIXED),
    Row("quoted-printable", in_quoted_printable, "leaf", FIXED),
    Row("quoted-printable CRLF", lambda m: in_quoted_printable(m).replace(b"\n", b"\r\n"), "leaf",
        FIXED),
    Row("quoted-printable signs", lambda m: pem(m).replace("/", "=2F").replace("+", "=2B"), "leaf",
        FIXED),
    Row("quoted-printable dashes", lambda m: dashed("=E2=80=94=E2=80=94", m), "leaf", FIXED),
    Row("quoted-printable windows dashes", lambda m: dashed("=97=97", m), "leaf", FIXED),
    Row("quoted-printable in HTML", lambda m: quopri.encodestring(in_divs(m).encode()), "leaf",
        FIXED),
    Row("literal line ends", lambda m: one_line("\\n", m), "leaf", FIXED),
    Row("literal CRLF", lambda m: one_line("\\r\\n", m), "leaf", FIXED),
    Row("JSON", in_json, "leaf middle", FIXED),
    Row("JSON twice", lambda m: json.dumps(in_json(m)), "leaf middle", FIXED),
    Row("JSON escapes", lambda m: json.dumps(pem(m)).replace("+", "\\u002b"), "leaf", FIXED),
    Row("percent signs", lambda m: urllib.parse.quote(pem(m)), "leaf", FIXED),
    Row("RTF", in_rtf, "leaf", FIXED),
    Row("one line", lambda m: one_line("", m), "leaf", FIXED),
    Row("one line with blanks", lambda m: one_line(" ", m), "leaf", FIXED),
    Row("one line for body", lambda m: wrapped(5000, m), "leaf", FIXED),
    Row("two on one line", lambda m: one_line("", m) * 2 + made_other(m), "leaf other", FIXED),
    Row("blanks every ten", lambda m: wrapped(10, m, " "), "leaf", FIXED),
    Row("blank lines between", lambda m: pem(m).replace("\n", "\n\n"), "leaf", FIXED),
    Row("glued end to begin", lambda m: both(m).replace("-----\n-----", "----------"),
        "leaf middle", FIXED),
    Row("plus signs as blanks", lambda m: plus_made(m).replace("+", " "), "leaf", FIXED),
    Row("form encoding", lambda m: urllib.parse.quote_plus(pem(m)), "leaf", FIXED),
    Row("four dashes", lambda m: dashed("----", m), "leaf", FIXED),
    Row("six dashes", lambda m: dashed("------", m), "leaf", FIXED),
    Row("one dash", lambda m: dashed("-", m), "leaf", FIXED),
    Row("no dashes", lambda m: dashed("", m), "leaf", FIXED),
    Row("em dashes", lambda m: dashed("\u2014\u2014-", m), "leaf", FIXED),
    Row("en dashes", lambda m: dashed("\u2013\u2013\u2013\u2013\u2013", m), "leaf", FIXED),
    Row("minus signs", lambda m: dashed("\u2212" * 5, m), "leaf", FIXED),
    Row("non-breaking hyphens", lambda m: dashed("\u2011" * 5, m), "leaf", FIXED),
    Row("full-width signs", lambda m: pem(m).replace("+", "\uff0b").replace("-", "\uff0d"), "leaf",
        FIXED),
    Row("blanks inside the dashes", lambda m: pem(m).replace("-BEGIN", "- BEGIN"), "leaf",
        FIXED),
    Row("lower case", lambda m: pem(m).replace("BEGIN CERT", "begin cert").replace("END", "end"),
        "leaf", FIXED),
    Row("all labels in lower case", lambda m: labelled("certificate", m), "leaf", FIXED),
    Row("no blank in the label", lambda m: pem(m).replace("N C", "NC").replace("D C", "DC"), "leaf",
        FIXED),
    Row("label broken over two lines", lambda m: pem(m).replace("BEGIN ", "BEGIN\n"), "leaf",
        FIXED),
    Row("markdown rule for dashes", lambda m: dashed("*****", m), "leaf", FIXED),
    Row("no BEGIN line", lambda m: missing(0, m), "leaf", FIXED, text=True),
    Row("no END line", lambda m: missing(-1, m), "leaf", FIXED, text=True),
    Row("no END line of the first", lambda m: missing(-1, m) + m.pem("middle"), "leaf middle",
        FIXED),
    Row("half an END line", lambda m: pem(m).replace("-----END CERTIFICATE-----", "-----END CER"),
        "leaf", FIXED),
    Row("naked base64", Made.body, "leaf", FIXED),
    Row("naked base64 in lines", lambda m: "\n".join(textwrap.wrap(m.body(), 64)), "leaf", FIXED),
    Row("naked base64 in the comment", speech, "leaf", FIXED, text=True),
    Row("two naked ones", lambda m: f"{m.body()}\n\n{m.body('middle')}", "leaf middle", FIXED),
    Row("base64 of PEM", lambda m: base64.b64encode(pem(m).encode()), "leaf", FIXED),
    Row("base64 of base64 of PEM", lambda m: base64.b64encode(base64.b64encode(b"\n" + pem(m)
        .encode())), "", "FMT_UNKNOWN"),
    Row("base64 of PEM in lines", lambda m: base64.encodebytes(pem(m).encode()), "leaf", FIXED),
    Row("a mail's file with PEM", mail_file, "leaf", FIXED),
    Row("a mail's file with DER", der_mail_file, "leaf", FIXED),
    Row("wrong label", lambda m: labelled("PUBLIC KEY", m), "leaf", FIXED),
    Row("odd label", lambda m: labelled("MY CERTIFICATE", m), "leaf", FIXED),
    Row("headers in the block", lambda m: pem(m).replace("E-----\n", "E-----\nComment: x y\n", 1),
        "leaf", FIXED),
    Row("subject lines in the block", lambda m: pem(m).replace(
        "E-----\n", "E-----\nsubject=CN = www.example.org\n", 1), "leaf", FIXED),
    Row("one mended, one as it was", lambda m: quoted("> ", m) + m.pem("middle"), "leaf middle",
        FIXED, text=True),
    Row("mended copy of one that was whole", lambda m: quoted("> ", m) + pem(m), "leaf",
        text=True),
    Row("hash marks around", lambda m: f"### cert ###\n{one_line('  ', m)}\n###", "leaf", FIXED),
    Row("attribution before", lambda m: f"On Monday <ada@example.org> wrote:\n{quoted('> ', m)}",
        "leaf", FIXED, text=True),
    Row("two files", lambda m: [Blob("a.crt", pem(m).encode()), Blob("b.crt", quoted(">", m)
        .encode())], "leaf"),
]  # fmt: skip


def made_other(made: Made) -> str:
    return "".join(made.pem("other").splitlines())


def plus_made(made: Made) -> str:
    assert "+" in made.body(), "a certificate of this size has plus signs"
    return pem(made)


@each(RIGHT)
def test_what_openssl_reads_is_taken_without_a_word(row: Row, made: Made) -> None:
    check(row, made)


@each(MENDED)
def test_what_mail_did_is_undone_and_said_once(row: Row, made: Made) -> None:
    check(row, made)
