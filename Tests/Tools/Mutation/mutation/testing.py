"""Runs the tests of a built package, several suites at a time, until the first failure."""

import os
import re
import resource
import signal
import subprocess
import threading
import time
from dataclasses import dataclass

# With or without colours.
ISSUE = re.compile(r"✘\S* Test (?:case passing .*? to )?(.+?) recorded an issue")
# What a test process may use beyond its usage without a fault.
MEMORY_LIMIT = 12 << 30


@dataclass
class Outcome:
    # passed, failed, crashed or hung
    status: str
    # The first test that failed, if known.
    test: str
    seconds: float


class Tests:
    def __init__(self, folder, environment):
        self.folder = folder
        self.binary = os.path.join(folder, ".build", "debug", "RowscopePackageTests.xctest")
        self.environment = environment

    def suites(self):
        """The test suites by their identifiers, `Target.Suite`."""
        result = subprocess.run(
            [self.binary, "--testing-library", "swift-testing", "--list-tests"],
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
        )
        return sorted(
            {line.split("/")[0].split("(")[0] for line in result.stdout.splitlines() if "." in line}
        )

    def run(self, suites, cpu_limit=None, **environment):
        """Runs some suites; the processor seconds include child processes."""
        command = [self.binary, "--testing-library", "swift-testing"]
        for suite in suites:
            command += ["--filter", f"^{re.escape(suite)}(/|\\(|$)"]

        def prepare():
            os.setpgid(0, 0)
            os.nice(5)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
            if cpu_limit:
                resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_limit) + 1, int(cpu_limit) + 2))

        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, **self.environment, **environment},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            errors="replace",
            preexec_fn=prepare,
        )
        # A process that hangs uses no processor time.
        wall_limit = 60 + 40 * (cpu_limit or 30)
        timer = threading.Timer(wall_limit, lambda: kill(process.pid))
        timer.start()
        failed = None
        for line in process.stdout:
            match = ISSUE.search(line)
            if match:
                failed = match.group(1).split(" with ")[0]
                if cpu_limit:
                    kill(process.pid)
                    break
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        hung = not timer.is_alive() or process.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
        timer.cancel()
        kill(process.pid)
        seconds = usage.ru_utime + usage.ru_stime
        if failed is not None:
            return Outcome("failed", failed, seconds)
        if process.returncode == 0:
            return Outcome("passed", "", seconds)
        return Outcome("hung" if hung else "crashed", "", seconds)


def kill(group):
    """Kills a process that this script started, and its children."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
