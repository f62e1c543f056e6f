"""A fixture folder of any size, whose machines are as large as a game's are."""

import json
import os
import random

# The last one is in every town.
RESIDENTS = 1000
MACHINES = ("welcome", "errand", "market", "rumour", "farewell")

WORDS = ("harbour lantern bread silver orchard letter bridge fever winter soldier river candle market stable"
         " widow grain anvil compass tavern feather quarry ribbon kettle saddle mirror barrel cloak thimble").split()
PHRASES = ("open the gate", "pay the toll", "lost my way", "show me the map", "keep it secret", "by the old mill",
           "before the winter", "what happened here", "trust me", "i need help", "tell me more", "sell me one")


def build(folder, machines):
    """Writes personas with five machines each, `machines` in all; the last resident is the same in every town."""
    for number in range(RESIDENTS - machines // len(MACHINES) + 1, RESIDENTS + 1):
        slug = f"resident-{number:04}"
        draw = random.Random(number)
        write(folder, slug, "persona.json", {
            "name": f"Resident {number}",
            "description": "Lives in a town that is as large as a benchmark needs it",
            "display_order": number,
            "machines": MACHINES,
            "machine_links": [
                {"source_machine_key": source, "target_machine_key": target, "condition_type": "outcome",
                 "condition_value": "ACCEPT"} for source, target in zip(MACHINES, MACHINES[1:])],
            "says_on": {"redirect": ["Hm.", "What is that to me, {player_name}?"], "kick_out": ["Out. Now."]},
        })
        for key in MACHINES:
            write(folder, slug, f"machines/{key}.json", machine(key, draw))


def write(folder, slug, name, value):
    path = os.path.join(folder, "personas", slug, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2)


def machine(key, draw):
    """Six states and twelve transitions, by words, phrases and patterns."""
    words, phrases = draw.sample(WORDS, 16), draw.sample(PHRASES, 5)

    def move(source, target, points, when, says=None):
        transition = {"from_state_key": source, "to_state_key": target, "decision_type": "pass", "score_delta": points,
                      "priority": 10, "when": when}
        return transition | ({"says": says} if says else {})

    def stay(source, decision, when, says):
        return {"from_state_key": source, "decision_type": decision, "priority": 20, "when": when, "says": says}

    return {
        "machine_key": key,
        "name": key.capitalize(),
        "is_entry": key == MACHINES[0],
        "states": [
            {"state_key": "door", "is_initial_state": True, "says": ["Who is there?", f"Is it about the {words[0]}?"]},
            {"state_key": "talk", "says": [f"So, {{player_name}}. The {words[1]}.", "Go on."],
             "follow_up": {"when": {"any": ["maybe", "not sure"]}, "says": ["Which is it?"]}},
            {"state_key": "deal", "says": [f"That is {draw.randint(2, 90)} coins, and the {words[2]}."]},
            {"state_key": "trust", "says": [{"bubbles": ["Come closer.", f"It is under the {words[3]}."]}]},
            {"state_key": "secret", "says": [f"Nobody knows of the {words[4]} but {{them}} and me."]},
            {"state_key": "end", "is_terminal_state": True, "says": ["Farewell, {player_name}."]},
        ],
        "transitions": [
            move("door", "talk", 1, {"any": [words[5], words[6] + "*", phrases[0]], "none": [words[7]]}),
            move("door", "talk", 2, {"pattern": r"(?:call me|my name is|i am)\s+(?<alias>\p{L}+)"},
                 ["{capture.alias}? Sit down. {entering}"]),
            stay("door", "redirect", {"any": [phrases[1], words[8]]}, ["Not today.", "Ask somebody else."]),
            move("talk", "deal", 2, {"all": [words[9], words[10]]}),
            move("talk", "trust", 3, {"any": [phrases[2]], "length": {"gte": 12}}),
            move("deal", "trust", 2, {"pattern": r"\b(?<coins>\d{1,4})\s*(?:coins?|silver)\b"}, ["{capture.coins} it is."]),
            stay("deal", "reject", {"any": ["too much", words[11]]}, ["Then leave it."]),
            move("trust", "secret", 1, {"any_of": [{"any": [words[12], words[13]]}, {"all": [words[14], "promise"]}]}),
            move("secret", "end", 2, {"any": [phrases[3], words[15]]}),
            move("secret", "end", 0, {"otherwise": True}),
            stay("*", "kick_out", {"any": ["idiot", "fool", "shut up"]}, ["Out."]),
            stay("*", "redirect", {"any": ["who are you", phrases[4]]}, ["{persona_name}. And who are you?"]),
        ],
        "output_variables": [{"key": f"{key}_alias", "from": {"capture": "alias"}, "default": "stranger"}],
    }
