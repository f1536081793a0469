"""A real Asterisk with a telephone network of its own on loopback, and sipp, which calls there."""

import asyncio
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from tests.not_tested import not_tested

HERE = "127.0.0.1"
PROGRAMS = ("asterisk", "sipp", "espeak-ng", "sox")
REMEDY = "As root: .ci/machine installs Asterisk, sipp, espeak-ng and sox."
STARTS_WITHIN, ENDS_WITHIN = 60.0, 150.0
"""Seconds. A call takes twenty, and a busy machine much longer."""
PORTS_EACH, MEDIA = 10, 4
"""Ports in a row for one caller: SIP first, and sound behind it, with what goes beside."""
DIGIT_MS = 400
"""So long sipp sends one key, with the pause behind it."""
LISTENS_MS = 300
"""So long a caller takes from a question to the first key. Most of what is asked is said later."""
DIALS_AFTER = 0.15
"""Seconds between two callers: nobody dials at the very same moment."""
MANUAL = Path(__file__).parents[3] / "docs/how-to/connect-an-asterisk.md"

MODULES = """
res_timing_timerfd bridge_simple codec_ulaw codec_alaw codec_gsm format_wav format_pcm
res_rtp_asterisk res_sorcery_config res_sorcery_memory res_sorcery_astdb res_pjproject res_pjsip
res_pjsip_pubsub res_pjsip_session res_pjsip_sdp_rtp res_pjsip_caller_id
res_pjsip_endpoint_identifier_ip res_pjsip_authenticator_digest res_pjsip_rfc3326
res_pjsip_dtmf_info chan_pjsip pbx_config res_speech res_agi app_playback app_read app_verbose
cdr_csv
"""

FILES = {
    "asterisk.conf": """
[directories](!)
[directories]
astetcdir => {folder}
astmoddir => {modules}
astvarlibdir => {folder}/lib
astdbdir => {folder}/lib
astkeydir => {folder}/lib
astdatadir => /usr/share/asterisk
astagidir => {folder}/lib
astspooldir => {folder}/spool
astrundir => {folder}/run
astlogdir => {folder}/log
[options]
verbose = 5
debug = 0
""",
    # What belongs into it is what our manual says.
    "logger.conf": "{logger}",
    "cdr.conf": """
[general]
enable = yes
[csv]
loguniqueid = yes
loguserfield = yes
""",
    "pjsip.conf": """
[transport]
type = transport
protocol = udp
bind = 127.0.0.1:{sip}
[caller]
type = endpoint
context = ivr
disallow = all
allow = ulaw
dtmf_mode = rfc4733
direct_media = no
identify_by = ip
[caller]
type = aor
[caller]
type = identify
endpoint = caller
match = 127.0.0.1
""",
    "rtp.conf": """
[general]
rtpstart = 14000
rtpend = 14600
""",
    # The first figure of who is called says by which door we are asked, and whose line it is.
    "extensions.conf": """
[ivr]
exten => _1XXX,1,AGI(agi://127.0.0.1:{fastagi}/bank)
 same => n,Goto(ended,${{EXTEN}},1)
exten => _2XXX,1,AGI(agi://127.0.0.1:{twiml}/bank)
 same => n,Goto(ended,${{EXTEN}},1)
exten => _3XXX,1,AGI(agi://127.0.0.1:{fastagi}/shore)
 same => n,Goto(ended,${{EXTEN}},1)
exten => _4XXX,1,AGI(agi://127.0.0.1:{twiml}/shore)
 same => n,Goto(ended,${{EXTEN}},1)
[ended]
exten => _XXXX,1,Verbose(1,ended ${{EXTEN}} ${{WATCHWORD_OUTCOME}} ${{WATCHWORD_TARGET}})
 same => n,Hangup()
""",
}

BEGIN = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="caller">
<send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:NUMBER@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=caller 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 0 96
a=rtpmap:0 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="183" optional="true"/>
<recv response="200" rrs="true"/>
<send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:NUMBER@[local_ip]:[local_port]>;tag=[pid]c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
"""
OK = """<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
"""
# Each question is told to the caller in the call. One more than was expected ends the scenario.
KEYS = f"""<recv request="MESSAGE" timeout="{ENDS_WITHIN:.0f}000"/>
{OK}<pause milliseconds="{LISTENS_MS}"/>
<nop><action><exec play_dtmf="KEYS"/></action></nop>
"""
HANG_UP = """<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:NUMBER@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
</scenario>
"""
LISTEN = f"""<recv request="BYE" timeout="{ENDS_WITHIN:.0f}000"/>
{OK}</scenario>
"""


@dataclass(frozen=True)
class Caller:
    """Who calls which number from which, and what they press at each question; `hangs_up`: in the
    middle of the last entry."""

    extension: str
    number: str = field(repr=False)
    keys: Sequence[str] = field(repr=False)
    hangs_up: bool = False

    def scenario(self) -> str:
        entries = "".join(KEYS.replace("KEYS", each) for each in self.keys)
        end = LISTEN
        if self.hangs_up:
            typing = len(self.keys[-1]) * DIGIT_MS
            end = f'<pause milliseconds="{typing}"/>\n{HANG_UP}'
        return f"{BEGIN}{entries}{end}".replace("NUMBER", self.number)


@dataclass(frozen=True)
class Asterisk:
    folder: Path
    sip: int

    async def call(self, callers: Sequence[Caller]) -> Mapping[str, int]:
        """Let all of them call at once; give what each sipp ended with."""
        ended = await asyncio.gather(*(self._call(*each) for each in enumerate(callers)))
        return {each.extension: code for each, code in zip(callers, ended, strict=True)}

    async def _call(self, number: int, caller: Caller) -> int:
        await asyncio.sleep(number * DIALS_AFTER)
        scenario = self.folder / f"caller-{caller.extension}.xml"
        scenario.write_text(caller.scenario())
        sip = free_ports()
        told = f"-s {caller.extension} -i {HERE} -p {sip} -mi {HERE} -mp {sip + MEDIA} -m 1"
        process = await asyncio.create_subprocess_exec(
            "sipp",
            f"{HERE}:{self.sip}",
            *("-sf", scenario.name, "-nostdin", "-timeout", f"{ENDS_WITHIN:g}s"),
            *("-trace_err", "-error_file", f"caller-{caller.extension}.faults"),
            *told.split(),
            cwd=self.folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        return await process.wait()

    async def control(self, command: str) -> str:
        """Tell it something, as an operator does."""
        return await _control(self.folder, command)

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def written(self) -> str:
        """Give all that it has written into its log."""
        return (self.log / "full").read_text(errors="replace")


@asynccontextmanager
async def asterisk(beside: Path, fastagi: int, twiml: int) -> AsyncIterator[Asterisk]:
    """Start an Asterisk that asks at two ports what to do with calls. `beside`: where it has a
    folder of its own."""
    sip, folder = free_ports(), beside / "asterisk"
    for name in ("", "lib", "spool", "run", "log", "log/cdr-csv"):
        (folder / name).mkdir()
    values = {"folder": folder, "modules": _modules(), "sip": sip, "logger": documented_logger()}
    for name, content in FILES.items():
        (folder / name).write_text(content.format(**values, fastagi=fastagi, twiml=twiml))
    loads = "".join(f"load = {each}.so\n" for each in MODULES.split())
    (folder / "modules.conf").write_text(f"[modules]\nautoload = no\n{loads}")
    with (folder / "said").open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            *("asterisk", "-C", folder / "asterisk.conf", "-f", "-n"), stdout=said, stderr=said
        )
    try:
        await _ready(folder, process)
        yield Asterisk(folder, sip)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def documented_logger() -> str:
    """Give the `logger.conf` of our manual, as it stands there."""
    found = re.search(r"```\n(\[general\]\n[^`]*\[logfiles\]\n[^`]*)```", MANUAL.read_text())
    assert found, f"{MANUAL.name} has no logger.conf any more."
    return found[1]


async def _ready(folder: Path, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(STARTS_WITHIN):
        while process.returncode is None:
            if "fully booted" in await _control(folder, "core waitfullybooted"):
                return
            await asyncio.sleep(0.2)
    raise AssertionError((folder / "said").read_text(errors="replace"))


async def _control(folder: Path, command: str) -> str:
    asked = await asyncio.create_subprocess_exec(
        *("asterisk", "-C", str(folder / "asterisk.conf"), "-rx", command),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    said, _ = await asked.communicate()
    return said.decode(errors="replace")


def look_for_programs() -> None:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        not_tested(f"real calls, because there is no {', '.join(missing)}", REMEDY)
    if os.geteuid() != 0:
        not_tested("real calls, because sipp presses keys for root alone", REMEDY)


def free_ports() -> int:
    """Give the first of some ports in a row that nobody has.

    A caller takes one for SIP and several for sound, later. They are none of those that the system
    hands out by itself, and no two callers of ours get the same.
    """
    for first in _PORTS:
        with ExitStack() as bound:
            try:
                for port in range(first, first + PORTS_EACH):
                    one = bound.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                    one.bind((HERE, port))
            except OSError:
                continue
            return first
    raise AssertionError("no end of ports")


def _ports() -> Iterator[int]:
    """Give places where ports may be free, over and over; other processes begin elsewhere."""
    places = [*range(15_000, 32_000, PORTS_EACH)]
    begin = os.getpid() * 97 % len(places)
    return cycle(places[begin:] + places[:begin])


_PORTS = _ports()


def _modules() -> Path:
    [found] = [each.parent for each in Path("/usr/lib").glob("**/asterisk/modules/chan_pjsip.so")][
        :1
    ]
    return found
