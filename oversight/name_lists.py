"""Words for finding people's names in comments: names that the library lacks, names that are words too, and what is no name.

Given names and surnames come from Faker (MIT), whose lists are kept up; nothing is made up with it here. What stands below is ours.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import import_module

#: The lists of names that are taken: those of countries from which many people in England or their parents come.
LOCALES = (
    "en_GB", "en_IE", "en_IN", "en_PK", "en_NG", "yo_NG", "ig_NG", "tw_GH", "en_KE", "pl_PL", "ro_RO", "en_NZ", "en_US",
)  # fmt: skip
_SURNAME_LISTS = ("last_names", "last_names_male", "last_names_female", "male_last_names", "unisex_last_names")

#: Short forms, and names of Wales, Scotland, South Asia, Poland, West Africa, Turkey and China and of older people that the lists lack.
_MORE = """
abby aggie agnieszka ailsa alasdair alastair ali alun amara amit amjad andy ange angharad angie ania anil anita anjali anwar aoife arif
arthur arun asha ashok asif asma ayesha ayse azhar babs barbara barry bart bartosz basia baz beata becky ben bernie bert beryl bev beverly
bex bhavesh bhavna biddy bob bola bron bronwen bronwyn bukola caitlin carys cat catrin ceri cerys charlie chaz chidi chioma chirag chris
cilla col colette connie cyril dafydd dai damian dan dave daz deb debbie debs deepak deepika deirdre del dele delroy delyth denise derek
des di dick dilys dinesh dionne dipesh doreen doris dorota dot dougie ebony ed edie edna edyta eileen eirlys elaine eleri elif elin ellie
elsie elspeth emeka emre emrys emyr enid erin esi ethel eunice ewa ewan faisal farah farhana fatima fatma femi ffion fi fion fliss flo
folake frankie fred freda funmi gabby gareth gary gav gaz geeta geetha geoff geraint gethin gill gina ginny gladys glenda glyn glynis
gosia greg gregor gurdeep gurpreet gwen gwyn gwyneth haf hafsa hari harjit harminder harpreet harvinder hassan hayley heather hefin hetal
hilda hussain huw hywel iain ieuan ifan ifeoma ify imelda imran ingrid ioan iqbal irena irene irfan ishaq ivor iwan iwona jack jackie
jacqui jagdeep jaimini jamila jan janusz jas jasbir jaspreet jaswinder javed jayne jean jen jenny jess jignesh jitender jo joan joanne joe
jolanta josie joyce judith jules julie kaltum kamaljit kaneez karen karin kasia kat kath kathy kausar kavita keith kelly kemi ken kev
khadija khalid kiran kirsteen kit kofi krishna krzysztof kulbir kuldeep kulvinder kulwinder latoya laura leena lenka leroy les lesley
lewis lian lil lin ling liz lizzie llinos lottie lou lowri lukasz lyn lynette lynne mabel maciej madge magda maggie mair mairi malcolm
malgorzata mandeep mandy manjeet manjit manjula manpreet marcin mared marek marge margery marj marjorie marta mary maryam mat matt maureen
mavis mavji maz meena meera mehmet mei meinir mel menna mhairi mick mike mikey millie miriam mo mohamed mohammad mohammed moira morag
morven muhammad mukesh munira murdo muriel mustafa myfanwy nadeem nadia nafisa naheed naila nan narinder naseem nasir nasreen nasrin nat
natalia navdeep naveed neelam neena neha nell nerys ness nesta ngozi nia niamh nick nicki nicky nikki nilesh nisha nita nkechi noor noreen
norman nusrat obi ola olu olwen orla osman owain paddy padraig pam pamela paramjit parminder parveen patience patsy paula pavel pawel
peggy perminder pete petra phil piotr pippa pola pradeep prakash pramod priti pritpal priya puja pushpa qasim rab rabia rachael rachel
raheela rahul raj raja rajan rajesh rajinder raju rajvinder rakesh ramesh ranjit rashida rashmi ravi ravinder razia rebekah reena reg
rehana rekha reza rhian rhiannon rhodri rhona rhys riaz rina rita ritu rizwan rob rohan rohit roisin ron ronnie rosie roxanne ruaridh
rubina rukhsana rupa rupinder ruth saba sabina sade sadia safia saima saira saj sajid sal saleem salma sameena samina samira sammy sana
sandeep sandhya sangeeta sanjay sara sarbjit sarita satnam satwinder seema segun senga seren shabana shabnam shagufta shah shaheen shahid
shahida shahnaz shakeel shameem shamim shanice shanti sharif sharmila shaz shazia sheetal shelagh shell shirin shobha shona sian sib sid
sioned siti slawek slawomir smita sobia sonal stan steph steve struan stu sukhdeep sukhjit sukhvinder suki sulaiman suleman sultana suman
sunil sunita suresh surinder surjit sushila suze suzie swati syed syeda tahira tajinder tanisha tanveer tariq tash ted teddy tegwen
temitope terri terry thelma theresa tim titilayo tomos tony tosin trish trudi trudy tunde uche ulrike uma umesh usha usman uzma val
valerie vanessa varsha vera vic vicki vicky vijay vikas vikram vinod vipul viv waqar waqas wasim wayne wei wendy wilf wilma win winifred
winnie winston wioletta wojciech wojtek xiao yasmeen yasmin yemi yetunde yuki yusra yvonne zahid zahida zahir zahra zainab zara zbigniew
zeenat zofia zosia zubair zuzanna
"""
#: Surnames that the lists lack and that stand in lower case behind a title now and then.
_MORE_SURNAMES = """
abdi ahmad akhtar ansari atwal bains banerjee baptiste basu begum bhatt bibi boateng chan chatterjee chaudhry cheema cheng choudhury
chowdhury das dhillon fernando ghosh gill gomes gupta haque hussain islam iyer joshi kapoor kaur khatun kowalczyk kowalski kumar lau
lewandowski mahmood mehta mensah miah mukherjee nair nguyen nowak okafor okonkwo osei owusu patel pereira qureshi rahman rao reddy sandhu
sen sheikh siddiqui sidhu silva singh uddin wisniewski wong zaman zielinski
"""

#: Given names that are words too. Alone they are names only where nothing else makes sense.
_WORDS = """
abbey ada adi al alexa alma ama amber angel angelica april archer ash asia aura aurora autumn basil beau bella bill blessing bliss bo brad
brandy brooke bud cal carol cat chad charity chase cherry christian clement cliff colleen comfort constance coral crystal daisy dale dawn
dean del delta des destiny di diamond don dot drew duke earl ebony ed eden eve faith felicity fern flora ford frank gale gene glen gloria
grace grant guy harmony harsh hazel heath heather holly honey hope indi india iris ivy jack jade jan jasmine jasper jay jet jo josh joy
june kit lance lavender lee les lily lin luna marina mark max may maya melody mercy mia miles mina misty mo modesty mona nan nat noel norm
nova olive oni paige pat patience patty peace pearl penny pierce pip piper poppy precious prudence purity rab rama randy ray reed reg
reggie rich rick rob robin rod roman ron rose rosemary rowan royal ruby rusty saffron sal sally sam sandy savannah serenity sherry sienna
sierra sila skye sol stella sterling sue summer sunny tai tanner tara trinity troy tui ty una val valentine verity victor vida viola
violet warren will willow win woody zion
"""
#: Of those, the ones that are the name of somebody whenever they stand with a capital in the middle of a sentence.
_PERSONAL = """
abbey ada al bella bill brad carol chad cliff colleen daisy dale dean del di don drew ed eve flora frank gene glen grace grant guy harsh
hazel heather holly iris ivy jack jade jan jasper jay jo josh lee les lily mark max maya mia misty mo mona nat noel olive pat patty penny
pip poppy randy ray reg rich rick rob robin rod ron rose rosemary rowan ruby sally sam sandy sherry sienna stella sue una val viola violet
warren will
"""
#: Names that are words in small letters, or codes in capital ones.
_CAPITALISED = """
aria art arts biddy billy bob bola bonnie brogan col cooper dai deb debs derrick dick fi flo florin gabby gill haf hari harry hector jen
ken lian lin mair maria mat maxim meg mel naila nan neel nick paddy patsy raja rares raven roger saba sana sen shah sharif shell shirin
sultana vic win
"""
#: Places, peoples and other proper names that are given names or stand where a name might.
_PLACES = """
aberdeen africa african albert alexandria american arabic arran ashford ashton asian austin avon barking barnet barnsley bath bedford
belfast bengali berkshire beverley birmingham black blackburn blackpool bolton bradford brent brighton bristol britain british brooklyn
buckinghamshire burnley bury cambridge camden cameron canterbury cardiff caribbean carlisle catholic chelmsford chelsea cheltenham
cheshire chester chesterfield chinese christie clifton colchester cornwall coventry craven crawley crewe croydon cumbria dakota dallas
danish darlington derby derbyshire devon doncaster dorset dover dudley durham ealing east eastbourne edinburgh enfield england english
essex europe european exeter florence francis french georgia georgian german glasgow gloucester gloucestershire greek greenwich grimsby
guildford hackney halifax hampshire harlow harrow hartlepool hastings hereford hertfordshire hindu howard huddersfield hudson hull humber
hungarian india indian ipswich ireland irish islam islamic islington israel italian jackson jersey jesus jewish jordan kendal kent kenya
kerry kettering kingston kirby kirklees lambeth lancashire lancaster latin leeds leicester leicestershire lewis lewisham lincoln
lincolnshire liverpool london luton madison maidstone manchester mansfield medway mercedes mersey merseyside middlesbrough midlands milton
morris muslim nelson newcastle newham newton norfolk north northampton northamptonshire northumberland norwich nottingham nottinghamshire
oldham oxford oxfordshire pakistani paris pennine peterborough plymouth polish poole portsmouth portuguese preston punjabi reading
redbridge richmond rochdale roman romanian rotherham rugby rutland salford salisbury scotland scottish severn shannon sheffield shelby
shropshire sikh slough solihull somali somerset south southampton southend southwark spanish stafford staffordshire stanley stevenage
stockport stoke suffolk sunderland surrey sussex sutton swansea swindon sydney tamil taunton tees teesside telford thames torbay trent
tudor turkish tyne tyneside ukraine ukrainian urdu vale victoria virginia wakefield wales walsall warrington warwick warwickshire
washington wells welsh west wigan wight wiltshire winchester windsor wirral wolverhampton worcester worcestershire york yorkshire zion
"""
#: What stands behind a name when it is no person's: "Florence Road", "the Rhys Davies building", "Clare's Law".
_THINGS = """
academy act app avenue block building care castle cemetery center centre chapel charity church clinic close college cottage court crescent
cross disease drive estate farm federation festival fields forum foundation fund garden gardens gate green grove guidelines hall health
heath hill home hospice hospital hotel house inn institute island lane law library lodge market medical mews ministry mount network palace
parade park partners partnership pathway pcn place play practice pride primary programme project pub report road row rule scheme school
section sheds society square station stores street surgery syndrome template terrace test theatre tower town trust unit university villa
village ward way wing women wood works workshop yard
"""
#: Charities, hospitals and trainings that are called after people.
PHRASES = (
    "Marie Curie", "Marie Stopes", "Sue Ryder", "Mary Seacole", "Florence Nightingale", "Rosalind Franklin", "Edward Jenner",
    "Oliver McGowan", "Elizabeth Garrett", "Terrence Higgins", "Anthony Nolan", "Joseph Rowntree", "Andy's Man", "Andys Man", "Guy's and",
    "John Lewis", "John Radcliffe", "James Paget", "Jo Cox", "Kate Granger", "Red Cross", "Maggie's", "McDonald's", "McDonalds", "McKinsey",
    "McMillan", "MacBook", "Macmillan", "Men in", "Maria Montessori", "Fraser competence", "Gillick", "Jack of",
)  # fmt: skip
#: What stands before a name when it is no person's.
SAINTS = frozenset({"st", "sts", "saint", "saints", "queen", "king", "prince", "princess", "royal", "duke", "duchess", "our"})

#: Capitalised words that are neither names nor in the library's list of common words.
_ORDINARY = """
a additional advice afternoon again ageing agenda ages ai aid alcohol all also although always am an and annual anonymous another any
anybody anyone anything are as ask asked at autism aim aims ambulance appointment appointments appraisal area arrs asperger assessment
audit away back band bank based basically be because been before being benefits best better between big both brilliant but by call called
calls came can cancer cannot care carer carers case caseload cases cause centres champion changed children christmas citizens clear
clinical clinician clinicians cllr coach coaches coaching come commission communication community completely concerns connect consultant
contract coordinator coordinators could council councillor counselling course covid crisis current currently daily data day dear debrief
deputy dementia department diabetes did different difficult digital director directory discharge district do doctor doctors does doing don
done don't dr drs due during duty each easter easy eid either email emergency employer england enough especially even every everybody
everyone everything exactly excel excellent exhausted explain extra family fantastic federation feedback feel feeling few finally first
focus follow for forms form frailty friday from full further general get gets getting given go going good google got gp gps great group
groups had hard has have having he head health hello help helpful her here hers hi him his home honestly hour hours housing how however hr
hub i i'm i've i'd i'll icb ideally if im in inadequate independent induction information initially instead integrated interim internal is
isolation it its it's join just key kind lack last later lead leader leaders leads learning least left let level like line link list
little local locum long lot lots lovely made mainly make management manager managers many matron maybe me meeting meetings mental
microsoft mild military mind minimal miss monday month monthly months more most mostly mr mrs ms much multi my named national need needs
neither network never new next nhs no nobody non none nor not nothing notes now nurse nurses occasionally of off office officer often ok
okay old on once one only open or organisation other others our out outlook over overall own paramedic parents part partner partners
patient patients pcn peer people perhaps personalised pharmacist phone physio plan please police policy poor positive positively possibly
practice practices practitioner prescribers prescribing previously primary private probably professional professor protected public
quarterly quite rarely rather really reception receptionist records red referral referrals reflective regards region regional regular
regularly rev role roles safe safeguarding same saturday say scheme school see self senior service services session sessions shared she
should sign signed since sister sixty so social some somebody someone something sometimes sorry specialist staff still stop strategic
stress structured such sunday supervision supervisor supervisors support supportive sure surgery survey system tasks team teams thank
thanks that the their them then there these they things this those though three through thursday time times to today together too training
transformation trust tuesday twice two unfortunately unless until up update upon us use used useful usually various vcse very victims
visit visits voluntary volunteer ward was we wednesday week weekly weeks welfare well wellbeing were what when where whether which while
who whole why will with within without women word work worker workers working workload works world worse would year years yes yesterday
yet you young your zoom january february march april may june july august september october november december spring summer autumn winter
diwali ramadan accurx ardens elemental emis systmone vision rio joy whatsapp facebook twitter linkedin youtube nalw nasp barnardo
barnardos samaritans shelter relate mencap scope refuge remploy jobcentre jobcentreplus dwp pip universal credit parkinson parkinsons
alzheimer alzheimers crohn crohns tourette tourettes down downs aspergers huntington hodgkin cushing raynaud meniere coronavirus holiday
god bible quran happy sad tired angry lonely glad urgent via versus making counts count contact united speaker interviewer facilitator
moderator participant respondent question answer junior senator contractor branch date fee fit fresh guard judge master urban victory zero
bus convey bogus blank interface
"""


def fold(word: str) -> str:
    """The word in small letters without accents, which people leave out."""
    word = word.casefold().replace("ł", "l").replace("ø", "o").replace("’", "'")
    return word if word.isascii() else "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Months and seasons that are given names.
SEASONS = _set("april may june summer autumn")
#: Listed as names by the library, and hardly ever one in an English comment.
_NEVER = _set("eta fancy forum happy immaculate innocent ion job loot lucky lut mad man nadir nail om raid rabit sad said sever yaw")
WORDS, PERSONAL, PLACES, THINGS = _set(_WORDS) - _NEVER, _set(_PERSONAL), _set(_PLACES), _set(_THINGS)


def _listed(attribute: str, locales: tuple[str, ...] = LOCALES) -> set[str]:
    """Every name of one kind in the library's lists, in small letters."""
    providers = [import_module(f"faker.providers.person.{locale}").Provider for locale in locales]
    return {fold(name) for provider in providers for name in getattr(provider, attribute, ()) if " " not in name and len(name) > 1}


@cache
def ordinary() -> frozenset[str]:
    """Words that are no name even with a capital: ours, places, things, and the thousand commonest."""
    words = import_module("faker.providers.lorem.en_US").Provider.word_list
    return (_set(_ORDINARY) | PLACES | THINGS | _NEVER | {fold(w) for w in words}) - WORDS | SEASONS


@cache
def given() -> frozenset[str]:
    """Given names, those that are words too included."""
    return frozenset(_listed("first_names") | _set(_MORE) | WORDS) - PLACES - _NEVER


@cache
def strong() -> frozenset[str]:
    """Given names that are nothing else."""
    return given() - WORDS - ordinary()


@cache
def common() -> frozenset[str]:
    """Given names usual in Britain that are nothing else: names even in small or in capital letters."""
    usual = _listed("first_names", ("en_GB",)) | _set(_MORE)
    return frozenset(name for name in usual - WORDS - ordinary() - _set(_CAPITALISED) if len(name) > 2)


@cache
def surnames() -> frozenset[str]:
    """Surnames that are no ordinary word."""
    listed = set[str]().union(*(_listed(a) for a in _SURNAME_LISTS))
    return frozenset(listed | _set(_MORE_SURNAMES)) - ordinary() - WORDS
