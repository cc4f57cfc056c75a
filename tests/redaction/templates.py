"""The labelled redaction set, labelled.tsv, and those of its sentences that are made by template.

Each line has its part (work: looked at while rules are written; held: not), its origin (hand or template), the template it comes from and
the sentence as somebody would write it, with {kind:words} around what must go, \\n a line break. It was written before the
rules. A third is held out by hash, whole templates at a time; some names and ways of writing a number or address stand in that third only.

    python tests/redaction/templates.py    writes the template lines again; the hand-written lines stay

Nobody and nothing here exists: telephone numbers are Ofcom's for drama or national lines, NHS numbers begin with digits that are never
issued (5, 8, 9) or are published examples, postcodes lie in districts that were never given out, end in ZZ or are published examples,
addresses end in example or test. A number that is called an NHS number counts as one even where its check digit is wrong: people mistype.
"""

import hashlib
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

LABELLED = Path(__file__).with_name("labelled.tsv")
SEED = 20260703
PER_CARRIER = {"email": 9, "phone": 8, "nhs_number": 8, "postcode": 8, "name": 8, "none": 4}


def held_out(group: str, one_in: int = 3) -> bool:
    """Whether a line, a name or a way of writing belongs to the held-out part: a third of all, by hash."""
    return hashlib.sha256(group.encode()).digest()[2] % one_in == 0


GIVEN = """
Aaliyah Abdul Abigail Adaeze Ade Adrian Agata Aidan Aileen Aisha Alan Alison Amina Amit Ana Andrzej Aneta Angharad Anita Anjali Annette
Arjun Asif Barbara Bartosz Beata Ben Bharti Blessing Brendan Brian Bridget Carys Catriona Cheryl Chioma Chloe Ciara Claire Clive Colette
Craig Damian Daniel Debbie Deepa Denise Dilys Donna Dorota Ebony Eleri Elizabeth Emma Esi Eunice Fergus Fiona Folake Gemma Geoff Geraint
Gillian Gulshan Haleema Helen Ibrahim Ifeoma Imogen Iona Irena Ismail Iwan Jamila Janice Jasbir Jason Jeanette Joanne Jyoti Kasia Kath
Kavita Keith Kenneth Kofi Krzysztof Kuldeep Latoya Leanne Lech Linda Liz Maciej Mairi Malgorzata Manjit Marek Maureen Meera Megan Mehmet
Michael Mohamed Moira Morag Nasreen Neil Ngozi Nia Nicola Nigel Nisha Noor Orla Osman Owain Pamela Pauline Pawel Padraig Paul Rachel
Rajesh Rebecca Rehana Roisin Ruth Sabrina Sadia Saima Samantha Sarah Segun Shabnam Shanice Sharon Sheila Simon Sioned Sonia Stephanie
Sukhdeep Susan Tanisha Tariq Temitope Teresa Tim Titilayo Tracey Trevor Usha Valerie Vanessa Vijay Wendy Yasmin Yetunde Zara Zofia
"""
SURNAMES = """
Abubakar Achebe Agarwal Ahmed Akhtar Ali Armitage Asante Ashcroft Begum Bhatt Boateng Bowen Brennan Buchanan Byrne Campbell Chaudhry
Clarke-Hall Cohen Cooper Dabrowski Das Davies De-Souza Desai Doherty Douglas Edwards Eze Ferguson Gallagher Ghosh Gould Griffiths Gupta
Hamilton Haque Hassan Higgins Hussain Iyer Jankowski Jenkins Johnson Joshi Kaminski Kaplan Kelly Kumar Lewandowski Lloyd Mahmood Malik
McBride McGregor Mensah Mishra Morgan Murphy Nair Nguyen Novak O'Connor O'Neill Okonkwo Olawale Owusu Parry Patel Pereira Phillips
Pritchard Qureshi Rahman Rees Reilly Robertson Rogers Saeed Shah Sharma Siddiqui Singh Sutherland Taylor Thapa Thompson Uddin Walsh Watson
Williams Wojcik Wright Yeboah Young Zielinski
"""

CARRIERS = {
    "email": """If anyone wants to know more my email is {}.
Contact {} and not the practice, they never pass anything on.
I would join a peer group, {} is the best way to get me.
Send the dates to {} please
{}
My supervisor ({}) could tell you the same.
I was told to email {} with safeguarding worries and it bounced.
Two people answer for us: {} and the reception desk.
best contact {}, thanks
We were given {} as the first point of contact, a shared inbox that nobody reads.
email: {}
Happy to be interviewed!\\n{}
The only reply came from {}, three weeks later.
Forward it to {}; she deals with the training.
When I wrote to {}, the answer was that the budget had gone.
I'm on {} most days except Friday.
Please add {} to the list for the webinars.
There's a form, or you write to {}, or you give up.
If this is not anonymous then you know me as {} anyway.
Could someone at the ICB ring or write ({})?
I copied in {}, and the clinical director, and still nothing.
for the case study: {} (deputy manager)""",
    "phone": """Call me on {} if you need an example.
My work mobile is {} and it is always on.
tel {}
The surgery's number is {}, option 2.
You can leave a message on {} after six.
{} is the number I was given for safeguarding and it rings out.
ring {} and ask for the social prescribers
I only had {} to call, and nobody picked up on the Friday.
Out of hours it is {}, in hours you are on your own.
Please phone before you visit: {}
{}
My manager is on {}. Good luck with that.
Text {} or just turn up.
The duty GP ({}) did ring back, after two days.
Happy to talk, {}, not Mondays.
We share one phone between four of us, {}, so leave your name.
The patient had written {} on her hand, it was her son's.
I've been told {} or 999, nothing in between.
contact number: {}\\nbest after 3pm
The crisis team on {} asked me to fax a form.
no mobile signal here so use {}
She rang from {} at 10:30 on 12/05/2026 in a dreadful state.""",
    "nhs_number": """The patient with NHS number {} has been waiting since spring.
NHS number: {}
NHS no. {}, referred twice, seen by nobody.
Please look at {} on the system and tell me who was meant to act.
{}
I was given {} and a first name, that was the referral.
re: {} - discharged without a call
The record for {} shows no safeguarding flag.
She read {} out to me over the phone.
Pt {}, lives alone, known to us since 2023.
Two records were merged, {} is the right one.
nhs {} raised at the practice meeting on 4 June
I know I should not write this here, but {} needs somebody to look.
On the letter it said ({}), in the system it said nothing.
The task was sent for {}, the wrong patient.
{}\\nplease chase
Is {} on anybody's caseload?
We discussed {}, and that was the only case we discussed all year.
Referral {} came with no reason and no phone number.
My concern is about {}; I raised it in March.
case {}, DNA twice, no follow up
EMIS shows {} as deceased, which he is not.""",
    "postcode": """I did a home visit in {} and nobody knew where I was.
The address was {}
Most of my patients live around {}, no bus after six.
she lives at {} with two dogs
{}
Flat 4, 12 Mill Lane, {}, second floor and no lift.
We work from a portacabin ({}) with one desk.
our base has moved to {}.
Half an hour from {} to the nearest practice, unpaid.
postcode {}
I was sent alone to {} at night.
It is a different world in {}, we get no offer there.
The house in {} had no heating.
12 Chapel Row\\nNewtown\\n{}\\nand no answer at the door
Lone working at {}, no buddy system, no alarm.
Between the surgery and {} I have no phone signal.
letters went to {} but he had moved
My area is {}, the other link worker has the rest.
Why is {} in our PCN at all?
The food bank near {} closes at noon, so that is that.
From {}: 3 referrals in one week for one family.
new address for her: {}, please update""",
    "name": """My manager {given} is too busy to meet.
I asked {full} for supervision and was told there is no budget.
Dr {surname} is our GP supervisor and I have met her once.
{given} in the other practice has a good supervisor, I don't.
Thanks, {given}
Kind regards,\\n{full}
Spoke to {given} last week about it, still nothing.
I'm {given} and I work across four practices.
My name is {full} and I would like to be contacted.
Mrs {surname} cries every time I visit and I take that home with me.
our clinical lead, Dr {full}, does what she can
A patient called {given} told me about the abuse and I froze.
When {given} went on leave nobody covered.
{full} has been wonderful.
Mr {surname} was referred for housing, he needed a psychiatrist.
I know {given} feels the same but she won't say so.
It took {full} three months to answer one email.
The named GP is Dr {initial}. {surname}, apparently.
We asked for {given}, we got a locum.
The only person who understands is {given}.
my supervisor is {given}, she is a nurse
{given} and {given} share the caseload now.
It is {given}'s last week and there is no handover.
Ask {full}.
I see {given} monthly, an hour each time, and it keeps me here.
Had it not been for {given} I'd have resigned.
i talk to {lower} when it gets bad
ms {surname} at the council took it on
She said her husband {given} had hit her again.
Signed, {given} {surname}""",
    "none": """Supervision takes place every {n} to {m} weeks at {h}:30 and lasts an hour.
In {month} we had {n} link workers for {k},000 patients.
I started on {n}/{m}/2024 and left the other PCN in {month}.
On {day} I am in {place}, otherwise at home.
The {place} practices (codes A8{k}001 and B8{k}045) share one supervisor.
PCN U{k}{k}{n}45 gets {n} sessions, ours gets none.
{org} took {k} of our patients, the rest are waiting.
I referred her to {org} and to the council.
{org} has closed its list until {month}.
From {month} 20{k} to {month} 2026 nothing changed.
Our score went from {n}.{k} to {m}.{k} out of 10.
The offer is worth £{k},{k}50 per person per year.
The training in {place} was cancelled on the {h}th.
{day} is my only day with a room, {n} till {h}.
ICB funding ends on 31.03.20{k}, so does my contract.
It is {k} miles from {place} to {place} and no mileage is paid.
NHS {place} ICB said the guidance would come in {month}.
The {org} worker and I sit in the same room and never talk.
We use {system} and the hospital in {place} uses {system}.
There were {n},{k}00 contacts in 2025/26, up {m} per cent.
Since {month} the GPs have stopped asking about {org}.
Ref 20{k}-{n}{m}-000{k}, request refused.
I sent it on {n} {month} 20{k} at {h}.45 and again on {day}.
Group supervision with {org} was the best thing about {month}.
My answer is {n}, last time it was {m}.""",
}
MONTHS = "January February March April May June July August September October November December"
DAYS = "Monday Tuesday Wednesday Thursday Friday"
PLACES = "Bristol Leeds Lincoln Chester Preston Durham Bolton Kent Cornwall Derby Warwick Carlisle Grimsby Stafford Ashford"
ORGS = [
    "Mind",
    "Age UK",
    "Citizens Advice",
    "Marie Curie",
    "Macmillan",
    "Sue Ryder",
    "St Mary's",
    "Hope House",
    "Relate",
    "Shelter",
    "Turning Point",
]
SYSTEMS = ["EMIS", "SystmOne", "Elemental", "Joy", "Ardens"]

Make = Callable[[random.Random], str]


def _address(rng: random.Random) -> tuple[str, str]:
    given, surname = rng.choice(GIVEN.split()).lower(), rng.choice(SURNAMES.split()).lower().replace("'", "")
    local = rng.choice(
        (f"{given}.{surname}", f"{given}", f"{given[0]}.{surname}", f"{given}_{surname}{rng.randint(1, 99)}", f"{given}-{surname}")
    )
    return local, rng.choice(("example.nhs.test", "example.org", "example.co.uk", "mail.example.com", "example-pcn.nhs.test"))


def _email(form: str) -> Make:
    def make(rng: random.Random) -> str:
        local, domain = _address(rng)
        if form == "upper":
            return f"{local}@{domain}".upper()
        return form.format(local=local, domain=domain, dotted=domain.replace(".", " dot "), bracketed=domain.replace(".", "(dot)"))

    return make


EMAILS: dict[str, Make] = {
    form: _email(form)
    for form in (
        "{local}@{domain}",
        "upper",
        "{local} @ {domain}",
        "{local}@ {domain}",
        "{local} (at) {domain}",
        "{local}[at]{domain}",
        "{local} at {dotted}",
        "{local} AT {dotted}",
        "{local}(at){bracketed}",
        "{local}+pcn@{domain}",
    )
}

#: Number blocks that nobody is given (the last three or four digits are drawn), and lines that are no person's.
BLOCKS = (
    "07700 900", "01632 960", "020 7946 0", "0113 496 0", "0117 496 0", "0121 496 0", "0161 496 0", "0191 498 0", "028 9649 6",
    "029 2018 0", "0808 157 0", "03069 990", "0300 123 4", "0800 123 4", "0345 123 4",
)  # fmt: skip


def _phone(form: str) -> Make:
    def make(rng: random.Random) -> str:
        block = rng.choice(BLOCKS)
        number = block + "".join(rng.choice("0123456789") for _ in range(11 - sum(c.isdigit() for c in block)))
        together = number.replace(" ", "")
        area, _, rest = number.partition(" ")
        return form.format(
            number=number,
            together=together,
            hyphens=number.replace(" ", "-"),
            dots=number.replace(" ", "."),
            area=area,
            rest=rest,
            half=f"{together[:5]} {together[5:8]} {together[8:]}",
            world=together[1:],
            spread=" ".join(together),
            pairs=" ".join(together[i : i + 2] for i in range(0, 11, 2)),
        )

    return make


PHONES: dict[str, Make] = {
    form: _phone(form)
    for form in (
        "{number}", "{together}", "{hyphens}", "{dots}", "({area}) {rest}", "{half}", "+44{world}", "+44 {world}", "+44 (0){world}",
        "+44(0) {world}", "0044{world}", "{area} / {rest}", "{area}  {rest}", "{area}\u00a0{rest}", "{spread}", "{pairs}", "({area}){rest}",
    )
}  # fmt: skip


def nhs_number(rng: random.Random) -> str:
    """Ten digits with the right check digit, straight from its definition, from ranges that are never issued."""
    while True:
        nine = rng.choice(("999", "5", "8")) + "".join(rng.choice("0123456789") for _ in range(9))
        nine = nine[:9]
        rest = sum(int(d) * (10 - i) for i, d in enumerate(nine)) % 11
        if rest != 1:
            return nine + str((11 - rest) % 11)


def _nhs(form: str) -> Make:
    def make(rng: random.Random) -> str:
        whole = nhs_number(rng)
        return form.format(a=whole[:3], b=whole[3:6], c=whole[6:], spread=" ".join(whole))

    return make


NHS_NUMBERS: dict[str, Make] = {
    form: _nhs(form)
    for form in (
        "{a} {b} {c}", "{a}{b}{c}", "{a}-{b}-{c}", "{a}\u00a0{b}\u00a0{c}", "{a}.{b}.{c}", "{a}  {b}  {c}", "{a}\u2013{b}\u2013{c}",
        "{a} {b}{c}", "{a}/{b}/{c}", "{spread}", "{a} - {b} - {c}",
    )
}  # fmt: skip
DISTRICTS = "TQ88 LD77 ZE66 LS77 NE77 BS88 SE77 PL77 EX77 CF88 EH88 BT77 G88 E77 N77 HU77 RG77 EC1A W1A M1 L9 S2 B88 SW1A"


def _postcode(form: str) -> Make:
    def make(rng: random.Random) -> str:
        out, letters = rng.choice(DISTRICTS.split()), "ABDEFGHJLNPQRSTUWXYZ"
        inward = rng.choice("123456789") + (rng.choice(letters) + rng.choice(letters) if out[-2:].isdigit() else "ZZ")
        text = form.format(out=out, inward=inward)
        return text.lower() if form.endswith("!") else text

    return lambda rng: make(rng).removesuffix("!")


POSTCODES: dict[str, Make] = {
    form: _postcode(form)
    for form in (
        "{out} {inward}",
        "{out}{inward}",
        "{out}  {inward}",
        "{out}-{inward}",
        "{out}.{inward}",
        "{out} {inward}!",
        "{out}{inward}!",
        "{out}\u00a0{inward}",
    )
}
WAYS = {"email": EMAILS, "phone": PHONES, "nhs_number": NHS_NUMBERS, "postcode": POSTCODES}


def _filled(rng: random.Random, carrier: str, held: bool) -> str:
    """A sentence with people in it: the names of the held-out sentences stand in no other."""
    given, surnames = ([n for n in names.split() if held_out(n) == held] for names in (GIVEN, SURNAMES))
    while "{" in carrier.replace("{name:", ""):
        first, last = rng.choice(given), rng.choice(surnames)
        for place, name in (
            ("{given} {surname}", f"{first} {last}"), ("{full}", f"{first} {last}"), ("{initial}. {surname}", f"{first[0]}. {last}"),
            ("{given}", first), ("{surname}", last), ("{lower}", first.lower()),
        ):  # fmt: skip
            if place in carrier:
                carrier = carrier.replace(place, f"\0name:{name}\1", 1)
                break
    return carrier.replace("\0", "{").replace("\1", "}")


def _plain(rng: random.Random, carrier: str) -> str:
    """A sentence with nobody in it."""
    for place, values in (
        ("month", MONTHS.split()),
        ("day", DAYS.split()),
        ("place", PLACES.split()),
        ("org", ORGS),
        ("system", SYSTEMS),
        ("n", "2345678"),
        ("m", "9123"),
        ("h", "89"),
        ("k", ("19", "21", "22", "23", "24", "25")),
    ):
        while f"{{{place}}}" in carrier:
            carrier = carrier.replace(f"{{{place}}}", rng.choice(values), 1)
    return carrier


def lines() -> Iterator[tuple[str, str]]:
    """Carrier and sentence. A fifth of the ways of writing a number or address stands in held-out sentences only."""
    rng = random.Random(SEED)
    for kind, text in CARRIERS.items():
        for carrier in text.splitlines():
            held = held_out(carrier)
            for _ in range(PER_CARRIER[kind]):
                if kind == "name":
                    yield carrier, _filled(rng, carrier, held)
                elif kind == "none":
                    yield carrier, _plain(rng, carrier)
                else:
                    ways = [form for form in WAYS[kind] if held or not held_out(form, 5)]
                    value = WAYS[kind][rng.choice(ways)](rng)
                    yield carrier, carrier.replace("{}", f"{{{kind}:{value}}}")


def written() -> list[str]:
    """The template lines as they stand in labelled.tsv, each sentence once."""
    rows = dict.fromkeys((f"{'held' if held_out(carrier) else 'work'}\ttemplate\t{carrier}\t{text}") for carrier, text in lines())
    return list(rows)


if __name__ == "__main__":
    hand = [row for row in LABELLED.read_text(encoding="utf-8").splitlines() if "\ttemplate\t" not in row]
    LABELLED.write_text("\n".join([*hand, *written()]) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(hand) - 1} by hand, {len(written())} by template\n")
