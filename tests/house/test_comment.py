"""Comment: the one of the README's promotion is kept as it is rendered, with a picture; `make docs` makes both anew."""

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

KEPT = "examples/github/comment.md"
PICTURE = "examples/github/comment.png"
MOST = 300_000
DENIED = 6
SETUP = (
    "git init -q -b main && git add -A && git commit -q -m base",
    "mlplan apply -e prod --auto-approve --target 'registered_model.*' && python train/register.py prod",
    "mlplan apply -e prod --auto-approve",
    "sed -i.bak '/fraud_score:/,/chargeback_risk:/ s/champion: 1/champion: 2/' environments/prod.yaml",
    "git commit -q -a -m 'Promote fraud_score to version 2'",
)
PERSON = {"NAME": "ana", "EMAIL": "ana@example.com", "DATE": "2026-01-01T00:00:00Z"}
VOLATILE = (
    (re.compile(r"\b[0-9a-f]{64}\b|(?<=`)[0-9a-f]{7,12}(?=`)"), "<id>"),
    (re.compile(r"by `(uid \d+|[\w-]+)@[\w.-]+( \(.*\))?(, process \d+)?`"), "by <someone>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<moment>"),
    (re.compile(r"mlplan \d[\w.+-]*"), "mlplan <version>"),
)

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
<div class="comment"><div class="by"><b>github-actions</b> bot commented now</div><div class="text">{text}</div></div>
<script>document.title = document.documentElement.offsetHeight</script>"""
CHROMIUM = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")


def page(markdown, theme="light"):
    """Return a page that shows Markdown as a comment; line breaks are kept, as GitHub keeps them in comments."""
    text = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable("table").render(markdown)
    return FRAME.format(colours=DARK if theme == "dark" else LIGHT, style=STYLE, text=text)


def picture(markdown, out, theme="light"):
    """Take a picture of Markdown with Chromium, as high as it is."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(page(markdown, theme), encoding="utf-8")
        dom = chromium(folder, 800, "--dump-dom", source.as_uri()).decode()
        height = re.search(r"<title>(\d+)</title>", dom)[1]
        chromium(folder, height, f"--screenshot={out}", source.as_uri())


def chromium(folder, height, *args):
    command = [shutil.which("chromium"), *CHROMIUM, f"--user-data-dir={folder}/profile", f"--window-size=940,{height}"]
    return subprocess.run([*command, *args], check=True, capture_output=True, timeout=120).stdout


def shell(command, where):
    people = {f"GIT_{role}_{name}": value for role in ("AUTHOR", "COMMITTER") for name, value in PERSON.items()}
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        **people,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        **dict.fromkeys(("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER"), "ana"),
    }
    done = subprocess.run(
        ["bash", "-c", command], cwd=where, env=environ, check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode in (0, DENIED), done.stderr
    return done.stdout


def plain(text):
    for pattern, word in VOLATILE:
        text = pattern.sub(word, text)
    return text


@pytest.fixture(scope="module")
def fresh(root, tmp_path_factory):
    """Return the comment as it is rendered now."""
    where = tmp_path_factory.mktemp("comment") / "fraud"
    shutil.copytree(root / "examples/fraud", where, ignore=shutil.ignore_patterns(".mlplan"))
    for command in SETUP:
        shell(command, where)
    made = shell("mlplan plan -e prod -o markdown", where)
    return made.replace(f"@{os.uname().nodename}", "@laptop")


def test_the_kept_comment_is_what_is_rendered(root, fresh, update):
    kept = root / KEPT
    if update:
        kept.write_text(fresh, encoding="utf-8")
        if shutil.which("chromium"):
            picture(fresh, root / PICTURE)
        return
    text = kept.read_text(encoding="utf-8")
    changed = difflib.unified_diff(plain(text).splitlines(), plain(fresh).splitlines(), KEPT, "now", lineterm="")
    assert "\n".join(changed) == "", "run `make docs`"


def test_it_begins_with_its_marker_and_ends_with_what_apply_accepts(fresh):
    digest = re.search(r"sha256:[0-9a-f]{64}", fresh)[0]
    assert fresh.startswith(f"<!-- mlplan:sticky project=fraud env=prod digest={digest} -->\n")
    assert f"`{digest}`" in fresh.rpartition("\n---\n")[2]


def test_the_reviewer_reads_first_what_stands_in_the_way(fresh):
    verdict = fresh.index("Apply refuses this plan: 1 rule denies it.")
    assert verdict < fresh.index("`MLP061`") < fresh.index("#### Promotions (1)") < fresh.index("\n---\n")


def test_its_picture_is_small(root):
    data = (root / PICTURE).read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) < MOST
