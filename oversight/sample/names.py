"""Invented names. Two neutral words side by side: no place, no person, no real Primary Care Network (a test holds that)."""

from __future__ import annotations

import random

_FIRST = (
    "Alder Almond Amber Apple Aspen Basil Beech Bilberry Birch Bracken Bramble Briar Bryony Cedar Cherry Clover Copper Coral "
    "Cowslip Curlew Cypress Damson Dunnock Elder Fennel Fern Flint Foxglove Garnet Gorse Greenfinch Hawthorn Hazel Heather Heron "
    "Holly Hornbeam Ivory Juniper Kestrel Lapwing Larch Laurel Lavender Lichen Linden Linnet Mallow Maple Medlar Moss Mulberry "
    "Nettle Nuthatch Onyx Osier Pear Pebble Pine Plover Plum Poplar Primrose Quince Redwing Rosemary Rowan Sage Sandpiper Silver "
    "Skylark Sorrel Spruce Starling Sycamore Tansy Teal Thistle Thyme Walnut Willow Wren Yarrow"
)
_SECOND = (
    "Anchor Anvil Awl Barrel Basket Bellows Bobbin Bodkin Brazier Candle Carder Cartwright Chandler Chisel Cobbler Compass Cooper "
    "Cordwainer Crucible Dyer Farrier Ferryman Fletcher Fuller Furrow Glazier Hammer Harness Helm Hurdle Joiner Kiln Ladle Lantern "
    "Lathe Loom Mallet Mason Needle Oar Paddle Pulley Quill Quoin Rudder Saddler Sail Shuttle Sickle Sluice Spindle Spinner Spoke "
    "Tanner Thatcher Thimble Tiller Trellis Trowel Turner Weaver Weir Wheelwright Whittle Winch"
)
_PRACTICE = ("Surgery", "Practice", "Medical Centre", "Health Centre")


def invented(rng: random.Random, count: int) -> list[str]:
    """``count`` different two-word names, upper case as the official files write them. Raises ValueError when there are too few."""
    pairs = [f"{first} {second}".upper() for first in _FIRST.split() for second in _SECOND.split()]
    return rng.sample(pairs, count)


def practice_name(rng: random.Random, name: str) -> str:
    """A practice's name from a two-word name."""
    return f"{name} {rng.choice(_PRACTICE).upper()}"
