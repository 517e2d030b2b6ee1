"""One request on standard input, one answer on standard output."""

import os
import sys

from ccm_engine.codegen import wire


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints goes to standard error
    request = wire.decode_request(sys.stdin.buffer.read())
    try:
        from ccm_engine.codegen import write
    except ModuleNotFoundError as error:
        answers.write(wire.encode(wire.Lacking(module=str(error.name))))
    else:
        answers.write(wire.encode(write.models(request)))
    answers.close()


if __name__ == "__main__":
    main()
