"""The words by which people wish for something about notices: whole sentences, so that questions go to the book."""

import re
from enum import StrEnum

from knowledge.announcement import NoticeTopic


class Want(StrEnum):
    """What is wished for."""

    OPT_OUT = "opt_out"
    SUBSCRIBE = "subscribe"
    SHOW = "show"
    CALENDAR = "calendar"
    LINK = "link"


def _any(*words: str) -> str:
    """One of these."""
    return f"(?:{'|'.join(words)})"


# --- What it is about.
NAMES = {
    NoticeTopic.SEMINAR: _any("セミナー", "講座", "seminars?"),
    NoticeTopic.SUPPORT: _any("(?:応援)?プログラム", "support(?: ?program(?:me)?s?)?"),
    NoticeTopic.EMPLOYER: _any("協力(?:事業所|企業)", "(?:partner ?)?employers?"),
    NoticeTopic.LETTER: _any("デスク(?:便り|だより)", "お?便り", "おたより", "(?:desk ?)?letters?"),
}
_LETTER = NAMES[NoticeTopic.LETTER]
EVERYTHING = _any("全部", "ぜんぶ", "すべて", "全て", "一切", "いっさい")
_TOPIC = _any(*NAMES.values())
_TOPICS = rf"{_TOPIC}(?:[と、,・&も]?{_TOPIC}){{0,4}}"
_ABOUT = rf"(?:{EVERYTHING}の?)?(?:{_TOPICS}(?:以外)?(?:だけ|について|に関する|関係)?の?)?(?:{EVERYTHING}の?)?"
_NOTICE = _any("お知らせ", "おしらせ", "通知", "プッシュ通知", "リマインド", "リマインダー", "新着情報")
# Of what is to be stopped people also speak otherwise; who asks for these may mean something else.
_SENT = _any(_NOTICE, "ご?案内", "配信")
_OF = "(?:の(?:配信|受信|受け取り|送信|登録|購読|メッセージ))?"
_TO_GET = _any(f"{_ABOUT}{_NOTICE}{_OF}", f"{_LETTER}{_OF}")
_TO_STOP = _any(f"{_ABOUT}{_SENT}{_OF}", f"{_LETTER}{_OF}")

# --- How it is said: what may stand before, between and behind.
_OPENING = _any(
    "すみません(?:が)?",
    "すいません(?:が)?",
    "恐れ入りますが",
    "申し訳(?:ありません|ない(?:です)?)(?:が)?",
    "お手数ですが",
    "お願い(?:です|します)",
    "こんにちは",
    "できれば",
    "ぜひ",
    "急いで",
    "もう",
    "やっぱり",
    "やはり",
    "とりあえず",
    "いったん",
    "一旦",
    "しばらく",
    "これ以上",
    "今後(?:は)?",
    "これから(?:は)?",
    "今日から",
)
_WHERE = _any(
    "(?:ここ|こちら|この(?:チャンネル|グループ))(?:に|で|へ)(?:も)?",
    "(?:私|わたし|うち)(?:も|は)?",
    "(?:そちら|こちら|(?:応援)?デスク)(?:から)?の",
    "この",
)
_BEFORE = f"{_any(_OPENING, _WHERE)}{{0,4}}"
_BETWEEN = (
    "(?:だけ|とか|なんか|って|なら)?[をはがもにのへとば]?[はも]?"
    + _any("もう", "いったん", "一旦", "しばらく", "今後", "これで", "ここで", EVERYTHING)
    + "{0,2}"
)
_PLEASE = (
    _any(
        "(?:くだ|下)さい(?:ませんか)?",
        "(?:ほし|欲し)(?:い|か)",
        "(?:もら|貰)(?:いたい|います|える|えます|えません|えない|えへん|えたら)",
        "くれ(?:る|ます|ません|ない|へん|んね|や|たら)?",
        "(?:いただ|頂)(?:きたい|けます|けません|ける|けない|けれ?ば|けると|けたら)",
        "(?:ちょうだい|頂戴|おくれ|けろ)",
        "おいて(?:ください|ほしい)?",
        "(?:いい|よい|ええ|よか)",
        "構いません",
        "かまいません",
        "んか",
        "[やよなねの]",
    )
    + "?"
)
_I_WILL = _any("た[いくか]", "ます", "ましょう", "る", "ようと思", "よう(?:かな)?")
_DO = rf"[をに]?(?:し(?:て{_PLEASE}|{_I_WILL})|する|希望(?:します)?|願います|お願い|で)?"
_BEHIND = (
    _any(
        "です",
        "でしょう",
        "ので?す?",
        "ん(?:です|だ)?",
        "ねん",
        "やけど",
        "けれ?ども?",
        "か(?:な|ね|しら|い)?",
        "だ?べ(?:か)?",
        "ばい",
        "っちゃけど",
        "[がなねよわさっすと]",
        "なあ",
        "思います",
        "思って(?:い)?(?:ます|る)",
        "い?ます",
        "を?お願い(?:(?:いた|致)?します|できます|したい|です)?",
        "よろしく",
        "助かります",
        "幸いです",
        "(?:うれ|嬉)しい",
        "ありがとうございます",
        "至急",
    )
    + "{0,5}"
)

# --- What is to be done about it.
_STOP = _any(
    rf"(?:(?:取り?)?(?:止|や)め|とめ|辞め|停め)(?:て{_PLEASE}|{_I_WILL}|に{_DO}|とくれ|といて|とって|たって)",
    rf"(?:切っ|消し|外し|なくし|無くし)て{_PLEASE}",
    rf"(?:切り|消し|外し|なくし|無くし){_I_WILL}",
    rf"(?:(?:配信|受信|受け取り|送信|登録|購読)[のを]?)?"
    rf"(?:停止|解除|中止|終了|無効|キャンセル|ストップ|オフ|ミュート|取り?消し?)(?:の?手続き)?{_DO}",
)
_NOT_WANTED = (
    _any(
        "(?:要|い)ら(?:ない|なか|へん|ん|ねえ?|ねー)",
        "(?:要|い)りません",
        "不要",
        "必要(?:ない|ありません|なか)",
        "(?:結構|けっこう)",
        "(?:もう)?(?:いい|ええ)",
        "(?:受け取り|見|もらい)たく(?:ない|ありません)",
        "(?:ほし|欲し)く(?:ない|ありません)",
        "希望(?:し(?:ない|ません)|して(?:い)?(?:ない|ません))(?!か)",
        "受け取り?(?:らない|ません)(?!か)",
        "(?:来|こ|届か)ないように(?:して)?",
        "(?:来|こ|届か|送ら|し)なくて",
        "(?:送ら|送ってこ|よこさ|し)ないで",
        "(?:送ら|送ってこ|せ|来)ん(?:で|といて)",
    )
    + _PLEASE
)
_OUTRIGHT = f"(?:(?:{EVERYTHING})?(?:止め|やめ|とめ)て{_PLEASE}|(?:停止|解除|オフ|ストップ){_DO})"
_GET = _any(
    rf"(?:受け?取り|うけとり|もらい|貰い|いただき|頂き){_I_WILL}",
    rf"(?:受け取れる|もらえる|届く)ように{_DO}",
    rf"(?:(?:配信|受信|受け取り|送信)[のをに]?)?(?:登録|購読|受信|配信|申し?込み?|希望|再開|開始|オン|有効){_DO}",
    rf"(?:送っ|届け|流し|出し)て{_PLEASE}",
)
_GIVE_ME = "(?:だけ|も)?[をがも](?:(?:ほし|欲し)(?:い|か)|(?:くだ|下)さい|ちょうだい|頂戴|よろしく|お願い)"
_HOW = (
    "(?:止め|やめ|とめ|受け取り?|登録|解除|停止|変更|設定|購読)[るしの]?(?:する)?"
    + _any(
        "方(?:法)?", "かた", "やり方", "仕方", "しかた", "には", "手続き", "ときは?", "(?:時|場合)は?", "こと(?:は|が)?"
    )
    + "[をはがって]{0,2}(?:どう|どこ|教え|おしえ|知りた|わから|分から|でき|出来|可能)?[ぁ-んー]{0,14}"
)
_LOOK = (
    "[をはが]?"
    + _any(
        "どう(?:なって[ぁ-ん]*)?",
        rf"(?:見|み)(?:たい|せて{_PLEASE}|る)",
        rf"変(?:え|更し){_I_WILL}",
        "変更",
        rf"確認(?:し{_I_WILL}|させて{_PLEASE}|する)?",
        rf"開(?:いて{_PLEASE}|きたい|く)",
        rf"教えて{_PLEASE}",
        "知りたい",
    )
    + "?"
)
_SETTINGS = (
    _any(f"(?:{_ABOUT}{_NOTICE}|{_LETTER})の?(?:配信|受信)?の?", "(?:配信|受信|購読)の?")
    + "(?:設定|登録状況|登録内容|受信状況|購読状況)"
)
_WHAT_I_GET = (
    "(?:いま|今|現在)?(?:私|わたし|自分|うち)?[はが]?"
    + _any("何|なに|どれ", f"(?:何の|どの|どんな){_NOTICE}")
    + "[をにが]?"
    + _any("登録し|購読し|受信し", "受け取っ|もらっ|届い")
    + rf"て(?:い|お)?(?:る|ます|ん)(?:っけ|んだっけ|教えて{_PLEASE})?"
)
_CALENDAR = (
    rf"(?:(?:{_TOPIC}|日程|予定|年間|全体|自分|手元|会社|職場|スマホ|携帯|google|グーグル|outlook|アウトルック|iphone"
    rf"|apple|アップル)[のを]?){{0,4}}カレンダー(?:アプリ)?(?:の(?:リンク|url|ページ|画面))?[をがはにで]?"
    + _any(
        rf"(?:見|み)(?:たい|せて{_PLEASE}|る|られます)",
        rf"開(?:いて{_PLEASE}|きたい|く)",
        rf"(?:送っ|出し)て{_PLEASE}",
        rf"(?:入れ|加え){_I_WILL}",
        rf"(?:表示|追加|登録|同期|購読|ダウンロード)(?:し(?:て{_PLEASE}|{_I_WILL}))?",
        "(?:くだ|下)さい",
        "(?:ほし|欲し)い",
        "お願い",
    )
    + "?"
)
_ELSEWHERE = _any(
    "(?:ほか|他|別)の(?:アプリ|チャンネル|端末|スマホ|携帯|パソコン|会話|ブラウザー?|画面)",
    "slack|スラック|telegram|テレグラム|ウェブ|スマホ|パソコン",
)
_LINK = _any(
    rf"{_ELSEWHERE}(?:とも?|[でにへ]も|へ)(?:{_NOTICE}(?:の登録)?[をも])?"
    rf"(?:つな[ぎげ]|繋[ぎげ]|連携し|リンクし|同期し|受け取り|ひとつにし)(?:て{_PLEASE}|{_I_WILL})",
    rf"(?:連携|リンク)(?:用の?)?コード[をが]?(?:(?:発行し|出し|教え)て{_PLEASE}|(?:ほし|欲し)い|(?:くだ|下)さい|お願い)?",
)

JAPANESE = {
    want: re.compile(f"{_BEFORE}{_any(*patterns)}{_BEHIND}")
    for want, patterns in {
        Want.OPT_OUT: (
            f"{_TO_STOP}{_BETWEEN}{_any(_STOP, _NOT_WANTED)}",
            f"{_TOPICS}(?:だけ|以外)[をは]?{_OUTRIGHT}",
            f"{_LETTER}以外{_BETWEEN}{_any(_STOP, _NOT_WANTED)}",
            f"購読[のを]?{_STOP}",
        ),
        Want.SUBSCRIBE: (f"{_TO_GET}{_BETWEEN}{_GET}", f"{_TO_GET}{_GIVE_ME}"),
        Want.SHOW: (f"{_SETTINGS}{_LOOK}", _WHAT_I_GET, _NOTICE, f"{_TO_STOP}{_BETWEEN}{_HOW}"),
        Want.CALENDAR: (_CALENDAR,),
        Want.LINK: (_LINK,),
    }.items()
}

# What only somebody who gets notices can mean by it.
_NO_MORE = _any("もう", "これ以上", "今後は?", "二度と", "一切", "何も", "なにも")
BARE_JAPANESE = re.compile(
    f"{_OPENING}{{0,4}}"
    + _any(
        f"{_NO_MORE}(?:送ら|送ってこ|送信し|配信し|届け|よこさ)ないで{_PLEASE}",
        f"{_NO_MORE}(?:来|こ|届か)ないように(?:して{_PLEASE})?",
        f"(?:受信|登録)[のを]?(?:解除|停止){_DO}",
        f"{EVERYTHING}[をは]?(?:もう)?{_OUTRIGHT}",
        "ストップ",
        "stop",
    )
    + _BEHIND
)
# An opt-out in these words is about notices, whoever it is said to.
SURELY = re.compile(f"{_NOTICE}|{_LETTER}|配信|購読")

# --- The same in English.
_EN_TOPIC = _any("seminars?", "support(?: program(?:me)?)?", "employers?")
_EN_NOTICE = (
    rf"(?:(?:the|your|these|my|all|all the|any|any more|more) ){{0,3}}(?:{_EN_TOPIC} )?"
    rf"(?:notices?|notifications?|announcements?|reminders?|desk letters?)(?: (?:about|on|for) (?:the )?{_EN_TOPIC})?"
)
_EN_BEFORE = "(?:(?:please|hello|hi|sorry|can you|could you|i want to|i would like to|i'd like to) ?){0,4}"
_EN_BEHIND = "(?: (?:please|thanks|thank you|here|now|any ?more)){0,4}"
ENGLISH = {
    want: re.compile(f"{_EN_BEFORE}{_any(*patterns)}{_EN_BEHIND}")
    for want, patterns in {
        Want.OPT_OUT: (
            rf"(?:unsubscribe|opt out)(?: me)?(?: (?:from |of )?(?:{_EN_NOTICE}|all|everything))?",
            rf"(?:stop|cancel|end|mute|turn off|disable|no more)(?: (?:sending|getting))?(?: me)? {_EN_NOTICE}",
            rf"(?:i )?(?:don't|do not) (?:want|need|send me|want to get|want to receive) {_EN_NOTICE}",
        ),
        Want.SUBSCRIBE: (
            rf"(?:subscribe|opt in|sign(?: me)? up)(?: me)?(?: (?:to|for) {_EN_NOTICE})?",
            rf"(?:get|receive|send me|turn on|enable|resume) {_EN_NOTICE}",
        ),
        Want.SHOW: (
            "(?:show|see|change|manage|open)(?: me)? (?:my |the )?(?:subscriptions?|notification settings)",
            "(?:my )?(?:subscriptions?|notification settings)",
            "what (?:am i|have i) subscribed to",
        ),
        Want.CALENDAR: ("(?:(?:show|see|open|send)(?: me)? (?:the |your |a )?)?(?:seminar )?calendar(?: link)?",),
        Want.LINK: ("link (?:my |another |the other )?(?:accounts?|channels?|devices?|apps?)",),
    }.items()
}
BARE_ENGLISH = re.compile(
    "(?:(?:please|hello|hi) ?){0,2}"
    + _any(
        "stop(?: (?:all|everything|it all))?",
        "(?:stop|quit) (?:sending|messaging|texting|writing)(?: (?:to )?me)?(?: (?:these|any|any more|more|all))?"
        "(?: (?:messages?|texts?))?",
        "no more messages",
        "(?:don't|do not) (?:send|message|text) me(?: any)?(?: more)?(?: messages?)?",
    )
    + _EN_BEHIND
)
# What may stand behind a command beside the names of topics.
BESIDE = re.compile(rf"{_TOPIC}|{EVERYTHING}|all|and|{_NOTICE}|[のとやもをは]|だけ|[\s、,・&]+")
