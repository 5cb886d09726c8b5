using System.Text.RegularExpressions;
using Sextant.Data;
using Xunit;

namespace Sextant.Tests.Data;

public sealed partial class PigLatinTests
{
    [Theory]
    [InlineData("air", "airway")]
    [InlineData("the", "ethay")]
    [InlineData("conditioning", "onditioningcay")]
    [InlineData("year", "yearay")]
    [InlineData("cry", "ycray")]
    [InlineData("rhythm", "ythmrhay")]
    [InlineData("quiet", "ietquay")]
    [InlineData("square", "aresquay")]
    [InlineData("bond-street", "ondbay-eetstray")]
    [InlineData("-", "-")]
    [InlineData("", "")]
    public void A_word_follows_the_rule(string word, string expected) =>
        Assert.Equal(expected, PigLatin.Translate(word, QuRule.Block));

    [Theory]
    [InlineData("quad", "uadqay")]
    [InlineData("square", "uaresqay")]
    [InlineData("iraq", "iraqway")]
    public void The_letter_rule_moves_only_the_q(string word, string expected) =>
        Assert.Equal(expected, PigLatin.Translate(word, QuRule.Letter));

    [Theory]
    [InlineData("hmm", "hmmay")]
    [InlineData("t", "tay")]
    [InlineData("qu", "quay")]
    public void A_word_of_consonants_only_gains_ay(string word, string expected) =>
        Assert.Equal(expected, PigLatin.Translate(word, QuRule.Block));

    [Theory]
    [InlineData("Hello, World!", "Ellohay, Orldway!")]
    [InlineData("TWO 2 two", "OTWAY 2 otway")]
    [InlineData("I am.", "Iway amway.")]
    [InlineData("Quiet: (Air-Conditioning)\n", "Ietquay: (Airway-Onditioningcay)\n")]
    [InlineData("McMahon's iPhone", "AhonmcMay'say iPhoneway")]
    [InlineData("Éclair über naïve", "Éclairway überway aïvenay")]
    public void A_text_keeps_its_case_and_all_that_is_not_a_letter(string text, string expected) =>
        Assert.Equal(expected, PigLatin.TranslateText(text, QuRule.Block));

    [Fact]
    public void A_text_gives_each_plain_word_once_in_order_of_appearance()
    {
        (string, string)[] expected =
        [
            ("the", "ethay"), ("quick", "ickquay"), ("air-fed", "airway-edfay"), ("dog", "ogday"), ("runs", "unsray"), ("off", "offway"),
        ];

        Assert.Equal(expected, PigLatin.Pairs("The quick 'air-fed' dog; the 2nd doesn't.\nRuns--off, naïve dog -", QuRule.Block));
    }

    [Fact]
    public void A_text_translates_word_by_word_as_its_pairs_do()
    {
        string text = string.Join(' ', BuiltInWords.Get(WordList.Small));

        string pairs = string.Join(' ', PigLatin.Pairs(text, QuRule.Block).Select(pair => pair.Target));

        Assert.Equal(pairs, PigLatin.TranslateText(text, QuRule.Block));
    }

    [Fact]
    public void Every_pair_of_the_shared_small_list_is_reproduced()
    {
        string shared = Environment.GetEnvironmentVariable("SEXTANT_SHARED") ?? Path.Combine(RepositoryRoot(), "..", "shared");
        string path = Path.Combine(shared, "data", "pig-latin", "small.txt");
        Assert.SkipUnless(File.Exists(path), $"No shared data: {path} is absent; set SEXTANT_SHARED to the folder that holds it.");

        string[][] pairs = [.. File.ReadLines(path).Select(line => line.ToLowerInvariant().Trim()).Distinct().Where(line => PlainPair().IsMatch(line)).Select(line => line.Split(' '))];

        Assert.Equal(3198, pairs.Length);
        Assert.All(pairs, pair => Assert.Equal(pair[1], PigLatin.Translate(pair[0], QuRule.Block)));
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sextant.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? AppContext.BaseDirectory;
    }

    [GeneratedRegex("^[a-z-]+ [a-z-]+$")]
    private static partial Regex PlainPair();
}
