"""What does a server for a class need? Kernels that run a chapter at the same time: memory, cores, time.

    python benchmarks/class_machine.py [notebook] [kernels ...]      (default: chapter 4; 1 2 4)

Memory is each kernel's proportional share (PSS): pages that several of them use, such as PyTorch's code,
count once in all. A class does not run everything at one moment: this is the worst that can be asked.
"""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))
from tools.notebooks import NOTEBOOKS, executed

NOTEBOOK = NOTEBOOKS / "04_superposition_heatmaps.ipynb"
LONGEST_CELL = 900  # seconds
MEGABYTE = 10**6


def run_all(path: Path) -> float:
    """Seconds from the kernel's start to the last cell's end."""
    begun = time.perf_counter()
    executed(path, LONGEST_CELL)
    return time.perf_counter() - begun


def watch(seen: list[tuple[float, float]], end: threading.Event) -> None:
    """Now and then until the end: (PSS of all kernels in MB, their processor seconds)."""
    seconds = {}
    while not end.wait(0.25):
        memory = 0.0
        for kernel in psutil.Process().children(recursive=True):
            try:
                memory += kernel.memory_full_info().pss / MEGABYTE
                seconds[kernel.pid] = sum(kernel.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue
        seen.append((memory, sum(seconds.values())))


def measure(path: Path, kernels: int) -> str:
    """A line: what so many kernels at once took."""
    seen, end = [], threading.Event()
    watcher = threading.Thread(target=watch, args=(seen, end))
    watcher.start()
    with ThreadPoolExecutor(kernels) as pool:
        times = list(pool.map(run_all, [path] * kernels))
    end.set()
    watcher.join()
    peak = max(memory for memory, _ in seen)
    cores = seen[-1][1] / max(times)
    return f"{kernels:7} {peak:8.0f} MB {peak / kernels:8.0f} MB {cores:6.1f} {max(times):8.0f} s"


if __name__ == "__main__":
    arguments = sys.argv[1:]
    path = Path(arguments.pop(0)) if arguments and arguments[0].endswith(".ipynb") else NOTEBOOK
    print(f"{path.name}, {psutil.cpu_count()} cores")
    print("kernels    memory     a kernel  cores  run all")
    for kernels in map(int, arguments or ["1", "2", "4"]):
        print(measure(path, kernels), flush=True)
