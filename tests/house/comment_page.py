"""Comment page: Markdown as a browser shows it in a pull request, near enough to judge it by eye.

`python tests/house/comment_page.py FILE.md OUT.png [dark]` takes a picture with Chromium.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

LIGHT = "--ink:#1f2328;--soft:#59636e;--ground:#fff;--box:#fff;--band:#f6f8fa;--line:#d1d9e0;--code:#818b981f"
DARK = "--ink:#f0f6fc;--soft:#9198a1;--ground:#0d1117;--box:#0d1117;--band:#151b23;--line:#3d444d;--code:#656c7633"
STYLE = """
body{margin:0;padding:20px;background:var(--ground);color:var(--ink);width:900px;
  font:14px/1.5 "Segoe UI","Noto Sans",Helvetica,Arial,"DejaVu Sans",sans-serif,"Noto Color Emoji"}
.comment{border:1px solid var(--line);border-radius:6px;background:var(--box)}
.by{padding:8px 16px;background:var(--band);border-bottom:1px solid var(--line);border-radius:6px 6px 0 0;color:var(--soft)}
.by b{color:var(--ink)}
.text{padding:16px}
.text>:first-child{margin-top:0}.text>:last-child{margin-bottom:0}
h3{font-size:1.25em;line-height:1.25;margin:24px 0 16px}h4{font-size:1em;line-height:1.25;margin:24px 0 16px}
p,ul,table,details{margin:0 0 16px}ul{padding-left:2em}li ul{margin-bottom:0}li+li{margin-top:.25em}
li>p{margin:16px 0}li table{margin-top:8px}
code{font:85% ui-monospace,"DejaVu Sans Mono","Liberation Mono",monospace;background:var(--code);border-radius:6px;
  padding:.2em .4em;white-space:break-spaces}
table{border-collapse:collapse;display:block;width:max-content;max-width:100%;overflow:auto}
th,td{padding:6px 13px;border:1px solid var(--line)}tr:nth-child(2n){background:var(--band)}
hr{height:.25em;border:0;background:var(--line);margin:24px 0}
summary{cursor:pointer}
"""
FRAME = """<!doctype html><meta charset="utf-8"><title>comment</title><style>:root{{{colours}}}{style}</style>
<div class="comment"><div class="by"><b>github-actions</b> bot commented now</div><div class="text">{text}</div></div>"""


MEASURE = "<script>document.title = document.documentElement.offsetHeight</script>"


def page(markdown, theme="light"):
    """Return a page that shows Markdown as a comment; line breaks are kept, as GitHub keeps them in comments."""
    text = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable("table").render(markdown)
    return FRAME.format(colours=DARK if theme == "dark" else LIGHT, style=STYLE, text=text)


def picture(markdown, out, theme="light"):
    """Take a picture of Markdown with Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(page(markdown, theme) + MEASURE, encoding="utf-8")
        profile = f"--user-data-dir={folder}/profile"
        dom = chromium(profile, "--dump-dom", source.as_uri()).stdout.decode()
        height = int(re.search(r"<title>(\d+)</title>", dom)[1])
        chromium(profile, f"--window-size=940,{height}", f"--screenshot={out}", source.as_uri())


def chromium(*args):
    """Run Chromium once, without a screen."""
    command = [
        shutil.which("chromium") or "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
    ]
    return subprocess.run([*command, "--window-size=940,800", *args], check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    picture(Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2], *sys.argv[3:])
