"""What a target still refuses by name. A test of a program that needs it passes where the program is refused with one of these diagnostics, and says so;
where the program runs it must be right. An entry goes when its construct has come: then a refusal is a failure again."""
import re

CONSTRUCTS = {
    "interp": (),
    "cpu": (),
}


def refused(failure, target):
    """Whether this Failure is the diagnostic of a construct that the target does not compile yet."""
    return any(re.search(rf"exit 1: .*\.esp:\d+:\d+: error: [^|]*{construct}[^|]* is not compiled by this version", str(failure)) for construct in CONSTRUCTS[target])
