namespace Sextant.Tokenization.Encoders;

/// <summary>BERTweet's normalisation (Nguyen 2020): words apart, users, links and emoji by name, English endings apart.</summary>
internal static class TweetNormalizer
{
    private const string User = "@USER", Link = "HTTPURL";

    /// <summary>What stands on the left becomes what stands on the right, one after the other; they differ in spaces only.</summary>
    private static readonly (string From, string To)[] Endings =
    [
        ("cannot ", "can not "), ("n't ", " n't "), ("n 't ", " n't "), ("ca n't", "can't"), ("ai n't", "ain't"),
        ("'m ", " 'm "), ("'re ", " 're "), ("'s ", " 's "), ("'ll ", " 'll "), ("'d ", " 'd "), ("'ve ", " 've "),
        (" p . m .", "  p.m."), (" p . m ", " p.m "), (" a . m .", " a.m."), (" a . m ", " a.m "),
    ];

    /// <summary>The text normalised; there may be several spaces between its words.</summary>
    public static TracedText Normalize(TracedText text)
    {
        var plain = Shortened(CharacterReferences.Undo(Straightened(text)));
        var normalized = new TracedText();
        bool isFirst = true;
        foreach ((int from, int to) in TweetWords.Divide(plain))
        {
            if (!isFirst)
            {
                normalized.Add(new(' ', plain[from].Start, plain[from].Start));
            }

            AddWord(plain, from, to, normalized);
            isFirst = false;
        }

        foreach ((string from, string to) in Endings)
        {
            normalized = normalized.Respaced(from, to);
        }

        return normalized;
    }

    private static void AddWord(TracedText text, int from, int to, TracedText normalized)
    {
        (int start, int end) = text.Stretch(from, to);
        if (text[from].Value == '@')
        {
            normalized.Add(User, start, end);
        }
        else if (Begins(text, from, to, "http") || Begins(text, from, to, "www"))
        {
            normalized.Add(Link, start, end);
        }
        else if (to - from == 1 && (Straight(text[from].Value) ?? EmojiNames.Of(text[from].Value)) is string name)
        {
            normalized.Add(name, start, end);
        }
        else
        {
            normalized.AddRange(text.Runes[from..to]);
        }
    }

    private static bool Begins(TracedText text, int from, int to, string beginning)
    {
        for (int i = 0; i < beginning.Length; i++)
        {
            if (from + i >= to || (text[from + i].Value | 0x20) != beginning[i])
            {
                return false;
            }
        }

        return true;
    }

    private static string? Straight(int rune) => rune switch { '’' => "'", '…' => "...", _ => null };

    private static TracedText Straightened(TracedText text)
    {
        var straight = new TracedText();
        foreach (var rune in text.Runes)
        {
            if (Straight(rune.Value) is string written)
            {
                straight.Add(written, rune.Start, rune.End);
            }
            else
            {
                straight.Add(rune);
            }
        }

        return straight;
    }

    /// <summary>More than three of a character that is no ASCII letter or digit become three, of which the last stands for the rest.</summary>
    private static TracedText Shortened(TracedText text)
    {
        var shortened = new TracedText();
        for (int i = 0; i < text.Count;)
        {
            int run = i + 1;
            while (run < text.Count && text[run].Value == text[i].Value)
            {
                run++;
            }

            if (run - i > 3 && !(text[i].Value < 0x80 && char.IsAsciiLetterOrDigit((char)text[i].Value)))
            {
                shortened.AddRange(text.Runes[i..(i + 2)]);
                shortened.Add(text[i + 2] with { End = text[run - 1].End });
            }
            else
            {
                shortened.AddRange(text.Runes[i..run]);
            }

            i = run;
        }

        return shortened;
    }
}
