"""Long work of one visitor in the background: how far it is, how it ended; a rerun of the screen finds it again."""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Event, Thread

from erp_core.foundation.errors import Refusal

# So many packs are worked on at once; who comes later waits in line, and other screens keep their share of the machine.
TURNS = BoundedSemaphore(2)
log = logging.getLogger("dashboards")
Tell = Callable[[str, str, float], None]


@dataclass
class Job:
    """One piece of work: its name, what it is at (file, step, share of the whole), and how it ended."""

    name: str
    file: str = ""
    step: str = "waiting"
    share: float = 0.0  # not money
    refusal: Refusal | None = None
    mark: str = ""
    ended: Event = field(default_factory=Event)

    @property
    def running(self) -> bool:
        """Return whether the work goes on."""
        return not self.ended.is_set()

    @property
    def well(self) -> bool:
        """Return whether the work came to its end as it should."""
        return not self.running and self.refusal is None and not self.mark

    def tell(self, file: str, step: str, share: float) -> None:
        """Hear how far the work is."""
        self.file, self.step, self.share = file, step, min(max(share, 0.0), 1.0)


def start(name: str, work: Callable[[Tell], None]) -> Job:
    """Begin work in the background; what it is refused, or the number under which the log knows its failure, stays."""
    job = Job(name)

    def run() -> None:
        try:
            with TURNS:
                work(job.tell)
        except Refusal as refusal:
            job.refusal = refusal
        except Exception:
            job.mark = uuid.uuid4().hex[:8]
            log.exception("work failed [%s]", job.mark)
        finally:
            job.ended.set()

    Thread(target=run, name=f"intake-{name}", daemon=True).start()
    return job
