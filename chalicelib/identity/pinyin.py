"""How a Chinese name is spelled, for searching. The dictionary is heavy: it is imported only when a name is written."""


def spell(name: str) -> tuple[str, str]:
    """Return pinyin without tones and initials: 张三 → ("zhangsan", "zs"). Other letters are kept, in lower case."""
    if name.isascii():
        return name.lower(), "".join(word[0] for word in name.lower().split())
    from pypinyin import lazy_pinyin

    syllables = [part.strip().lower() for part in lazy_pinyin(name) if part.strip()]
    return "".join(syllables), "".join(syllable[0] for syllable in syllables)
