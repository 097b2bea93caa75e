"""Comments' HTML as lines that people see."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading.html_text import DEEPEST_HTML, MOST, plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>a\n  b</p>", "a b"),
        ("<pre>a\n  b\nc</pre>", "a\nb\nc"),
        ("<pre><code>a\nb</code></pre>", "a\nb"),
        (
            "<blockquote>one<blockquote>two</blockquote>three</blockquote>",
            "> one\n> > two\n> three",
        ),
        ('<div style="border:none;border-left:solid blue 1.5pt">one</div>', "> one"),
        ("<table><tr><td>CN</td><td>a.com</td></tr></table>", "CN: a.com"),
        ("<table><tr><td>CN:</td><td>a.com</td></tr></table>", "CN: a.com"),
        ("<table><tr><td>a</td><td>b</td><td>c</td></tr></table>", "a\tb\tc"),
        ("<table><tr><td>a</td><td></td><td>c</td></tr></table>", "a\t\tc"),
        ("<table><tr><td>SANs</td><td>a<br>b</td></tr></table>", "SANs: a\nb"),
        ("<table><tr><td>x<br>y</td><td>1<br>2</td></tr></table>", "x: 1\ny: 2"),
        ("<table><tr><td>x<br>y</td><td>1</td></tr></table>", "x\ny\n1"),
        ("<table><tr><td>alone</td></tr><tr></tr></table>", "alone"),
        ("<tr><td>x</td></tr>", "x"),
        ("<p>new <s>old</s> <del>older</del></p>", "new"),
        ('<p style="display: none">hidden</p>shown', "shown"),
        ("<style>p{}</style><script>x()</script><!-- c -->shown", "shown"),
        ("5 &lt; 6 &amp; &nbsp;7", "5 < 6 & \u00a07"),
        ("", ""),
    ],
)
def test_html_becomes_lines(html: str, text: str) -> None:
    assert plain(html) == text


def test_text_is_read_up_to_a_limit() -> None:
    assert len(plain(f"<p>{'x' * (MOST + 9)}</p>")) == MOST


@pytest.mark.parametrize("tag", ["<div>", "<span><div></div>", "<blockquote>", "<x-y>"])
def test_nesting_deeper_than_any_mail_is_cut(tag: str) -> None:
    assert plain("before" + tag * (20 * DEEPEST_HTML) + "after") == "before"


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<table>", "<tr>", "<td>", "</td>", "</table>", "<p>", "<pre>", "<br>", "<!--", "<s>"]
        )
        | st.text(max_size=5),
        max_size=30,
    )
)
def test_any_html_is_some_text(parts: list[str]) -> None:
    assert "\r" not in plain("".join(parts).replace("\r", ""))
