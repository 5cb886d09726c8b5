using System.Globalization;
using Sextant.Matching;

namespace Sextant.Reports;

/// <summary>What came out of a ranking, in words; the same in the terminal and on pages.</summary>
public static class RankingWords
{
    /// <summary>Of a caption, as far as it is shown where it is not itself asked for.</summary>
    private const int MostCharacters = 60;

    /// <summary>The first picture would lie as high in fewer galleries than this if cosines were nothing but chance: then it fits better than chance explains.</summary>
    private const double Seldom = 0.05;

    /// <summary>A caption as it is quoted: its beginning where it is long.</summary>
    public static string Quoted(string caption) => MatchWords.Quoted(Shortened(caption));

    /// <summary>The beginning of a text of more than some 60 characters.</summary>
    public static string Shortened(string text)
    {
        var characters = new StringInfo(text);
        return characters.LengthInTextElements <= MostCharacters ? text : characters.SubstringByTextElements(0, MostCharacters).TrimEnd() + "…";
    }

    /// <summary>What is lost of a caption that has more tokens than the model takes.</summary>
    public static string CutOff(string caption, CutText cut) =>
        $"The caption {Quoted(caption)} has {Numbers.Whole(cut.Tokens)} tokens, of which the model takes {Numbers.Whole(cut.Taken)}; it does not see the end, from {Quoted(cut.Lost)} on.";

    /// <summary>Which picture is first, by how much, and whether that shows that it fits.</summary>
    public static string Finding(Ranking ranking, Gallery gallery)
    {
        var first = ranking.Pictures[0];
        string name = gallery.Pictures[first.Index].Name;
        if (ranking.Pictures.Count == 1)
        {
            return $"{name} is the only picture, so that there is nothing to rank it among.";
        }

        int equals = ranking.Pictures.Count(picture => picture.Cosine == first.Cosine);
        bool isClear = MatchWords.IsClear(ranking);
        string which = equals > 1 ? $"{name} and {Numbers.Whole(equals - 1)} more share the first rank"
            : isClear ? $"{name} is clearly the nearest of this gallery, with {MatchWords.Percent(first.Probability)} of the probability"
            : $"{name} is first, but not clearly: several lie about as near, and some {Numbers.Whole(ranking.Spread)} pictures share the probability";
        return $"{which}. {Standing(ranking, isClear && equals == 1)}{Hub(first)}";
    }

    /// <summary>A share in per cent without the sign, with one decimal, or as many as a small one needs.</summary>
    public static string Points(double share)
    {
        double points = 100 * share;
        int decimals = points is > 0 and < 0.1 ? (int)Math.Ceiling(-Math.Log10(points) - 1e-9) : 1;
        return points.ToString($"F{decimals}", CultureInfo.InvariantCulture);
    }

    /// <summary>A share in per cent, with one decimal, or as many as a small one needs.</summary>
    public static string Share(double share) => $"{Points(share)} %";

    /// <summary>A rank, which equals may share: 1,003 or 2.5.</summary>
    public static string Rank(double rank) => rank.ToString("#,0.#", CultureInfo.InvariantCulture);

    /// <summary>To be nearest is one thing, to fit another: where no picture fits, one is nearest all the same.</summary>
    private static string Standing(Ranking ranking, bool isClear)
    {
        double z = ranking.Pictures[0].Z;
        string above = $"It lies {MatchWords.Fixed(z, 1)} deviations above the gallery's average", chance = $"the best of {Numbers.Whole(ranking.Calibration.Count)} reaches about {MatchWords.Fixed(ranking.Calibration.ExpectedBest, 1)} by chance";
        return ranking.Calibration.ChanceOf(z) < Seldom ? $"{above}, where {chance}: it fits better than chance explains."
            : isClear ? $"Nearest does not yet mean that it fits: it lies {MatchWords.Fixed(z, 1)} deviations above the gallery's average, and {chance}, so that some picture would lie as high for a caption that fits none; look at it."
            : $"{above}, and {chance}, so that this alone does not show that they fit; look at them.";
    }

    private static string Hub(RankedPicture picture) =>
        picture.Hubness >= Hubness.Notable ? $" It comes up for any caption, though ({MatchWords.Fixed(picture.Hubness.Value, 1)} deviations above the average picture)." : "";
}
