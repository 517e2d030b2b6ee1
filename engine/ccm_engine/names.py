"""What a migration is called when nobody says: an adjective and a noun, as in `0005_quiet_harbour`."""

from random import Random

ADJECTIVES = (
    "amber", "ample", "arctic", "autumn", "bold", "brave", "bright", "brisk", "calm", "candid", "clear", "clever",
    "copper", "crisp", "curious", "daring", "deep", "early", "eager", "even", "fair", "fearless", "fine", "fluent",
    "fresh", "gentle", "glad", "golden", "grand", "green", "happy", "hidden", "honest", "humble", "indigo", "ivory",
    "jolly", "keen", "kind", "late", "light", "lively", "lucid", "lunar", "mellow", "merry", "mild", "misty", "modest",
    "neat", "nimble", "noble", "northern", "open", "patient", "plain", "polite", "proud", "quick", "quiet", "rapid",
    "rare", "rosy", "round", "rustic", "sable", "scarlet", "serene", "sharp", "silent", "silver", "simple", "sleepy",
    "smooth", "snowy", "solar", "solid", "southern", "spare", "steady", "still", "sunny", "swift", "tall", "tidy",
    "true", "upper", "velvet", "vivid", "warm", "wide", "wild", "windy", "wise", "young", "zesty",
)  # fmt: skip

NOUNS = (
    "acorn", "anchor", "arch", "aspen", "badger", "barley", "basin", "bay", "beacon", "birch", "bramble", "breeze",
    "bridge", "brook", "canyon", "cedar", "cliff", "clover", "comet", "compass", "coral", "cove", "crane", "creek",
    "dawn", "delta", "dune", "eagle", "ember", "falcon", "fern", "field", "finch", "fjord", "forest", "fox", "garden",
    "glacier", "glade", "grove", "gull", "harbour", "hare", "hazel", "heath", "heron", "hill", "island", "ivy", "jetty",
    "juniper", "kestrel", "lagoon", "lake", "lantern", "lark", "laurel", "ledge", "lichen", "lighthouse", "linden",
    "lynx", "maple", "marsh", "meadow", "moor", "moss", "oak", "orchard", "osprey", "otter", "owl", "pebble", "pine",
    "plover", "pond", "poplar", "prairie", "quarry", "raven", "reed", "reef", "ridge", "river", "robin", "rowan",
    "sail", "shore", "sparrow", "spruce", "stone", "stork", "summit", "swallow", "thicket", "thistle", "tide",
    "valley", "willow", "wren",
)  # fmt: skip


def random_name(random: Random) -> str:
    """One of some ten thousand; two branches that add a migration seldom agree."""
    return f"{random.choice(ADJECTIVES)}_{random.choice(NOUNS)}"
