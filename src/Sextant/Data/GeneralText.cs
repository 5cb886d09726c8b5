using Sextant.Data.Arithmetic;

namespace Sextant.Data;

/// <summary>
/// Sentences about everyday things, without a number: people, animals, places, weather and colours, from a small grammar over the built-in words. It stands for
/// text that does not match a task about numbers, so that all else is alike: the sentence at a place has as many tokens as <see cref="ArithmeticText"/>'s sentence there.
/// </summary>
public static class GeneralText
{
    private const int Tries = 200;

    private static readonly string[] People =
        Split("farmer gardener teacher doctor baker sailor painter singer neighbor uncle aunt cousin boy girl woman man child grandmother grandfather friend student driver hunter shepherd writer king queen guest stranger twin");

    private static readonly string[] Animals =
        Split("dog cat horse cow goat pig hen owl fox bear wolf rabbit mouse frog snake bird eagle swan crow sparrow deer squirrel hedgehog turtle camel donkey sheep goose beaver otter");

    private static readonly string[] Places =
        Split("forest field garden barn village meadow river lake valley market harbor kitchen street bridge hill beach orchard stable tower mill church school library park cave island desert castle cellar yard");

    private static readonly string[] Things =
        Split("basket lamp chair table blanket ladder bucket hammer rope letter book picture bottle candle kettle mirror coat hat boat wagon fence door window stone shell bell key clock drum knife");

    private static readonly string[] Foods = Split("bread soup cheese cake honey rice fish butter milk tea pie jam salad stew pudding");

    private static readonly string[] Colors = Split("red green blue yellow white black brown gray purple orange pink golden");

    private static readonly string[] OfPeople = Split("old young tall kind proud happy tired busy quiet brave shy clever lazy friendly angry gentle");

    private static readonly string[] OfAnimals = Split("small wild hungry sleepy fat slow swift tame thirsty noisy timid playful lively clumsy");

    private static readonly string[] OfThings = Split("old new heavy broken wooden clean dusty pretty round strong cheap empty smooth shiny");

    private static readonly string[] OfPlaces = Split("dark quiet wide cold green narrow empty sunny distant old lonely lovely");

    private static readonly string[] Handled = Split("carried found bought sold painted lost mended cleaned hid dropped borrowed washed moved kept took");

    private static readonly string[] Moved = Split("ran walked wandered slept rested hid waited jumped played stayed danced sang sat stood");

    private static readonly string[] Cooked = Split("ate cooked tasted served loved made ordered shared");

    private static readonly string[] Manner = Split("slowly quickly quietly gladly carefully often soon gently proudly calmly");

    private static readonly string[] When = ["today", "yesterday", "in the morning", "at night", "in summer", "in winter", "after the rain", "before dawn", "last week", "every day"];

    private static readonly string[] Where = Split("in near behind beside beyond across from toward around outside");

    private static readonly string[] Weather = Split("warm cold windy rainy cloudy sunny foggy mild stormy dry wet cool");

    /// <summary>The first sentences of a seed.</summary>
    /// <param name="seed">Decides which.</param>
    /// <param name="count">How many.</param>
    /// <param name="hasNumbers">Whether people, animals and things come in numbers of zero to nineteen, each as often: the words of numbers without any arithmetic or order.</param>
    public static IEnumerable<string> Sentences(ulong seed, int count, bool hasNumbers = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Enumerable.Range(0, count).Select(i => Sentence(seed, i, hasNumbers));
    }

    /// <summary>The sentence at a place, from 0; no other one is made for it.</summary>
    public static string Sentence(ulong seed, long index, bool hasNumbers = false)
    {
        int wanted = Tokens(ArithmeticText.Sentence(seed, index));
        var random = new SeededRandom(seed, (ulong)index, 1);
        string nearest = Any(random, hasNumbers);
        for (int i = 0; i < Tries && Tokens(nearest) != wanted; i++)
        {
            string next = Any(random, hasNumbers);
            nearest = Math.Abs(Tokens(next) - wanted) < Math.Abs(Tokens(nearest) - wanted) ? next : nearest;
        }

        return nearest;
    }

    /// <summary>Every word in use.</summary>
    internal static IEnumerable<string> Vocabulary =>
    [
        .. new[] { People, Animals, Places, Things, Foods, Colors, OfPeople, OfAnimals, OfThings, OfPlaces, Handled, Moved, Cooked, Manner, When, Where, Weather }
            .SelectMany(words => words).SelectMany(words => words.Split(' ')),
    ];

    /// <summary>Words and punctuation marks, the hyphen among them, as BERT's tokeniser separates them (Devlin 2019).</summary>
    internal static int Tokens(string sentence)
    {
        int tokens = 0;
        for (int i = 0; i < sentence.Length; i++)
        {
            bool isLetter = char.IsLetter(sentence[i]);
            tokens += isLetter ? i == 0 || !char.IsLetter(sentence[i - 1]) ? 1 : 0 : sentence[i] == ' ' ? 0 : 1;
        }

        return tokens;
    }

    private static string Any(SeededRandom random, bool hasNumbers) => random.Next(12) switch
    {
        0 => $"{Clause(random, hasNumbers)}, and {Clause(random, hasNumbers)}.",
        1 => $"{Person(random, hasNumbers)} said that {Clause(random, hasNumbers)}.",
        2 => $"where is {Thing(random)}? {Of(random, Where)} {Place(random)}.",
        3 => $"is {Thing(random)} {Of(random, Colors)}? {(random.Next(2) == 0 ? "yes" : "no, it is " + Of(random, Colors))}.",
        4 => $"the {Of(random, Animals)}, the {Of(random, Animals)} and the {Of(random, Animals)} {Of(random, Moved)} {Of(random, Where)} {Place(random)}.",
        5 => $"{Of(random, When)} {Clause(random, hasNumbers)}.",
        _ => $"{Clause(random, hasNumbers)}.",
    };

    private static string Clause(SeededRandom random, bool hasNumbers) => random.Next(10) switch
    {
        0 => $"the weather was {Of(random, Weather)}{Sometimes(random, " " + Of(random, When))}",
        1 => $"{Thing(random)} is {Of(random, Colors)}",
        2 => $"there is {A(Described(random, OfPlaces, Places))} {Of(random, Where)} {Place(random)}",
        3 => $"{Person(random, hasNumbers)} {Of(random, Cooked)} {Of(random, Foods)}{Sometimes(random, " and " + Of(random, Foods))}{Sometimes(random, " " + Of(random, When))}",
        4 or 5 => $"{Animal(random, hasNumbers)} {Of(random, Moved)}{Sometimes(random, " " + Of(random, Manner))}{Sometimes(random, $" {Of(random, Where)} {Place(random)}")}",
        6 => $"{Person(random, hasNumbers)} {Of(random, Moved)}{Sometimes(random, $" {Of(random, Where)} {Place(random)}")}{Sometimes(random, " " + Of(random, When))}",
        7 => $"{Person(random, hasNumbers)} and {Person(random, hasNumbers)} saw {Animal(random, hasNumbers)}{Sometimes(random, $" {Of(random, Where)} {Place(random)}")}",
        8 => $"{Place(random)} was {Of(random, OfPlaces)}{Sometimes(random, " " + Of(random, When))}",
        _ => $"{Person(random, hasNumbers)} {Of(random, Handled)} {(hasNumbers && random.Next(2) == 0 ? Counted(random, OfThings, Things) : Thing(random))}{Sometimes(random, $" {Of(random, Where)} {Place(random)}")}{Sometimes(random, " " + Of(random, Manner))}",
    };

    private static string Person(SeededRandom random, bool hasNumbers) => hasNumbers && random.Next(2) == 0 ? Counted(random, OfPeople, People) : random.Next(3) == 0 ? $"my {Of(random, People)}" : $"the {Described(random, OfPeople, People)}";

    private static string Animal(SeededRandom random, bool hasNumbers) => hasNumbers && random.Next(2) == 0 ? Counted(random, OfAnimals, Animals) : random.Next(2) == 0 ? $"the {Described(random, OfAnimals, Animals)}" : A(Described(random, Colors, Animals));

    private static string Thing(SeededRandom random) => $"the {Described(random, OfThings, Things)}";

    private static string Place(SeededRandom random) => $"the {Described(random, OfPlaces, Places)}";

    private static string Counted(SeededRandom random, string[] adjectives, string[] nouns)
    {
        int number = (int)random.Next(ArithmeticText.LargestOperand + 1);
        string noun = Of(random, nouns);
        return $"{NumberWords.Of(number)} {(random.Next(2) == 0 ? Of(random, adjectives) + " " : "")}{(number == 1 ? noun : Plural(noun))}";
    }

    private static string Plural(string noun) => noun switch
    {
        "woman" => "women",
        "man" => "men",
        "child" => "children",
        "wolf" => "wolves",
        "mouse" => "mice",
        "goose" => "geese",
        "sheep" or "deer" => noun,
        "knife" => "knives",
        _ => Inflection.Plural(noun),
    };

    private static string Described(SeededRandom random, string[] adjectives, string[] nouns) => $"{(random.Next(2) == 0 ? Of(random, adjectives) + " " : "")}{Of(random, nouns)}";

    private static string A(string noun) => (noun[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an " : "a ") + noun;

    private static string Sometimes(SeededRandom random, string text) => random.Next(2) == 0 ? text : "";

    private static string Of(SeededRandom random, string[] words) => words[random.Next(words.Length)];

    private static string[] Split(string words) => words.Split(' ');
}
