namespace Sextant.Data;

/// <summary>The spelling rules of regular English endings. All words are lower case.</summary>
internal static class Inflection
{
    /// <summary>box, boxes; city, cities; day, days.</summary>
    public static string Plural(string noun) => WithS(noun);

    /// <summary>go, goes; try, tries; pass, passes.</summary>
    public static string ThirdPerson(string verb) => verb.EndsWith('o') && !verb.EndsWith("oo", StringComparison.Ordinal) ? verb + "es" : WithS(verb);

    /// <summary>stop, stopped; try, tried; agree, agreed. <paramref name="doubles"/> as in <see cref="Doubles"/>.</summary>
    public static string Past(string verb, bool doubles = false) => WithVowelEnding(verb, "ed", doubles);

    /// <summary>stop, stopping; make, making; lie, lying; see, seeing.</summary>
    public static string Present(string verb, bool doubles = false)
    {
        if (verb.EndsWith("ie", StringComparison.Ordinal))
        {
            return verb[..^2] + "ying";
        }

        return verb[^1] == 'y' || EndsInAny(verb, "ee", "oe", "ye")
            ? verb + "ing"
            : WithVowelEnding(verb, "ing", doubles);
    }

    /// <summary>-er, -or, -est, -ed, -y, -ish and the like: run, runner; make, maker; happy, happiest.</summary>
    public static string WithVowelEnding(string word, string ending, bool doubles = false)
    {
        if (word[^1] == 'e')
        {
            bool keeps = ending[0] == 'i' && EndsInAny(word, "ee", "oe", "ye");
            return keeps ? word + ending : word[..^1] + ending;
        }

        if (EndsInConsonantY(word))
        {
            return ending[0] is 'i' or 'y' ? word + ending : word[..^1] + "i" + ending;
        }

        if (word.EndsWith("ic", StringComparison.Ordinal))
        {
            return word + "k" + ending;
        }

        return Doubles(word) || doubles ? word + word[^1] + ending : word + ending;
    }

    /// <summary>use, usable; notice, noticeable; rely, reliable; agree, agreeable.</summary>
    public static string Able(string verb, bool doubles = false)
    {
        return EndsInAny(verb, "ce", "ge", "ee", "oe", "ye") ? verb + "able" : WithVowelEnding(verb, "able", doubles);
    }

    /// <summary>happy, happily; gentle, gently; basic, basically; full, fully; shy, shyly.</summary>
    public static string Adverb(string adjective)
    {
        if (EndsInConsonantY(adjective) && !IsOneSyllable(adjective))
        {
            return adjective[..^1] + "ily";
        }

        if (adjective.EndsWith("ll", StringComparison.Ordinal))
        {
            return adjective + "y";
        }

        if (adjective.EndsWith("ic", StringComparison.Ordinal))
        {
            return adjective == "public" ? "publicly" : adjective + "ally";
        }

        bool consonantLe = adjective.Length > 2 && adjective.EndsWith("le", StringComparison.Ordinal) && !IsVowel(adjective, adjective.Length - 3);
        return consonantLe || adjective.EndsWith("ue", StringComparison.Ordinal) && !adjective.EndsWith("que", StringComparison.Ordinal)
            ? adjective[..^1] + (consonantLe ? "y" : "ly")
            : adjective + "ly";
    }

    /// <summary>happy, happiness; shy, shyness; kind, kindness.</summary>
    public static string Ness(string adjective) => WithConsonantEnding(adjective, "ness");

    /// <summary>-less, -ful, -ment, -ness: mercy, merciless; hope, hopeful; judge, judgement.</summary>
    public static string WithConsonantEnding(string word, string ending) =>
        EndsInConsonantY(word) && !IsOneSyllable(word) ? word[..^1] + "i" + ending : word + ending;

    /// <summary>pure, purity; able, ability; active, activity; generous, generosity.</summary>
    public static string Ity(string adjective)
    {
        if (adjective.EndsWith("ble", StringComparison.Ordinal))
        {
            return adjective[..^2] + "ility";
        }

        if (adjective.EndsWith("ous", StringComparison.Ordinal))
        {
            return adjective[..^3] + "osity";
        }

        return (adjective[^1] == 'e' ? adjective[..^1] : adjective) + "ity";
    }

    /// <summary>The prefix before the word, with '-' where two e would meet: reopen, re-enter.</summary>
    public static string Prefixed(string prefix, string word) => prefix[^1] == 'e' && word[0] == 'e' ? $"{prefix}-{word}" : prefix + word;

    /// <summary>The prefix in- as the next sound asks: inactive, impossible, illegal, irregular.</summary>
    public static string Negated(string adjective) => adjective[0] switch
    {
        'b' or 'm' or 'p' => "im" + adjective,
        'l' => "il" + adjective,
        'r' => "ir" + adjective,
        _ => "in" + adjective,
    };

    /// <summary>
    /// Whether the last consonant doubles before a vowel, as far as letters tell: one syllable that ends in a single vowel and a single
    /// consonant other than w, x and y. Longer words double by their stress ("admit", "visit"), which the word lists mark.
    /// </summary>
    public static bool Doubles(string word)
    {
        int last = word.Length - 1;
        return last >= 2
            && !IsVowel(word, last) && word[last] is not ('w' or 'x' or 'y')
            && IsVowel(word, last - 1)
            && !IsVowel(word, last - 2)
            && IsOneSyllable(word);
    }

    private static string WithS(string word)
    {
        if (EndsInConsonantY(word))
        {
            return word[..^1] + "ies";
        }

        return word + (EndsInAny(word, "s", "x", "z", "ch", "sh") ? "es" : "s");
    }

    private static bool EndsInConsonantY(string word) => word.Length > 1 && word[^1] == 'y' && !IsVowel(word, word.Length - 2);

    private static bool IsOneSyllable(string word)
    {
        int groups = 0;
        for (int i = 0; i < word.Length; i++)
        {
            if (IsVowel(word, i) && (i == 0 || !IsVowel(word, i - 1)))
            {
                groups++;
            }
        }

        return groups == 1;
    }

    // y sounds as a vowel except at the start; the u of "qu" does not.
    private static bool IsVowel(string word, int at) => word[at] switch
    {
        'a' or 'e' or 'i' or 'o' => true,
        'u' => at == 0 || word[at - 1] != 'q',
        'y' => at > 0,
        _ => false,
    };

    private static bool EndsInAny(string word, params ReadOnlySpan<string> endings)
    {
        foreach (string ending in endings)
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
