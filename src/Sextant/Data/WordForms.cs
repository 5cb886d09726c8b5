using static Sextant.Data.Inflection;

namespace Sextant.Data;

/// <summary>What the built-in words give by inflection and derivation. The marks are explained at the top of each list.</summary>
internal static class WordForms
{
    private static readonly (char Mark, string Prefix)[] VerbPrefixes =
        [('r', "re"), ('u', "un"), ('d', "dis"), ('v', "over"), ('t', "out"), ('m', "mis"), ('b', "pre"), ('U', "under")];

    public static IEnumerable<string> OfNoun(MarkedWord noun)
    {
        string text = noun.Text;
        if (!noun.Bare)
        {
            yield return noun.Has('E') ? text + "es" : Plural(text);
        }

        if (noun.Has('l') || noun.Has('L'))
        {
            yield return Joined(text, "less");
        }

        if (noun.Has('L'))
        {
            yield return Joined(text, "less") + "ly";
            yield return Joined(text, "less") + "ness";
        }

        if (noun.Has('k'))
        {
            yield return text.EndsWith('l') ? text + "-like" : text + "like";
        }

        if (noun.Has('f') || noun.Has('F') || noun.Has('p'))
        {
            string full = WithConsonantEnding(text, "ful");
            yield return full;
            foreach (string form in noun.Has('p') ? [full + "s"] : noun.Has('F') ? new[] { full + "ly", full + "ness" } : [])
            {
                yield return form;
            }
        }

        if (noun.Has('h'))
        {
            yield return text + "hood";
        }

        if (noun.Has('s'))
        {
            yield return text + "ship";
            yield return text + "ships";
        }

        if (noun.Has('i'))
        {
            yield return WithVowelEnding(text, "ish");
        }

        if (noun.Has('y') || noun.Has('Y'))
        {
            string adjective = WithVowelEnding(text, "y");
            foreach (string form in OfAdjective(new MarkedWord(adjective, noun.Has('Y') ? "cln" : "", Doubles: false, Bare: false)))
            {
                yield return form;
            }
        }
    }

    public static IEnumerable<string> OfRegularVerb(MarkedWord verb)
    {
        string past = Past(verb.Text, verb.Doubles);
        return OfVerb(verb, [past], past);
    }

    /// <summary>A line of the verb with its marks and its past forms, the participle last.</summary>
    public static IEnumerable<string> OfIrregularVerb(string line)
    {
        string[] parts = line.Split(' ');
        return OfVerb(MarkedWord.Parse(parts[0], ""), parts[1..], parts[^1]);
    }

    private static IEnumerable<string> OfVerb(MarkedWord verb, string[] past, string participle)
    {
        string text = verb.Text;
        string[] finite = [text, text == "have" ? "has" : ThirdPerson(text), Present(text, verb.Doubles), .. past];
        foreach (string form in finite)
        {
            yield return form;
            foreach ((char mark, string prefix) in VerbPrefixes)
            {
                if (verb.Has(mark))
                {
                    yield return Prefixed(prefix, form);
                }
            }
        }

        if (verb.Has('p'))
        {
            yield return "un" + participle;
        }

        if (verb.Has('a') || verb.Has('A'))
        {
            yield return Able(text, verb.Doubles);
        }

        if (verb.Has('A'))
        {
            yield return "un" + Able(text, verb.Doubles);
        }

        foreach (string noun in Nouns(verb))
        {
            yield return noun;
            yield return Plural(noun);
        }
    }

    private static IEnumerable<string> Nouns(MarkedWord verb)
    {
        string text = verb.Text;
        if (verb.Has('e') || verb.Has('o'))
        {
            yield return WithVowelEnding(text, verb.Has('o') ? "or" : "er", verb.Doubles);
        }

        if (verb.Has('n'))
        {
            yield return Present(text, verb.Doubles);
        }

        if (verb.Has('M'))
        {
            yield return text + "ment";
        }

        string stem = text.TrimEnd('e');
        if (verb.Has('i'))
        {
            yield return stem + "ion";
        }

        if (verb.Has('z'))
        {
            yield return stem + "ation";
        }
    }

    public static IEnumerable<string> OfAdjective(MarkedWord adjective)
    {
        string text = adjective.Text;
        if (adjective.Has('c'))
        {
            yield return WithVowelEnding(text, "er");
            yield return WithVowelEnding(text, "est");
        }

        if (adjective.Has('h'))
        {
            yield return WithVowelEnding(text, "ish");
        }

        string[] shared =
        [
            text,
            .. adjective.Has('l') ? [Adverb(text)] : Array.Empty<string>(),
            .. adjective.Has('n') ? [Ness(text)] : Array.Empty<string>(),
            .. adjective.Has('t') ? [Ity(text)] : Array.Empty<string>(),
        ];
        foreach (string form in shared)
        {
            yield return form;
            if (adjective.Has('u'))
            {
                yield return "un" + form;
            }

            if (adjective.Has('i'))
            {
                yield return Negated(form);
            }

            if (adjective.Has('v'))
            {
                yield return "over" + form;
            }
        }
    }

    /// <summary>A line of a second part, a colon and the first parts; '~' after the second part for no plurals.</summary>
    public static IEnumerable<string> OfCompounds(string line)
    {
        string[] parts = line.Split(": ");
        var second = MarkedWord.Parse(parts[0], "");
        foreach (string first in parts[1].Split(' '))
        {
            string compound = first + second.Text;
            yield return compound;
            if (!second.Bare)
            {
                yield return Plural(compound);
            }
        }
    }

    private static string Joined(string noun, string ending) =>
        noun.EndsWith("ll", StringComparison.Ordinal) ? $"{noun}-{ending}" : WithConsonantEnding(noun, ending);
}
