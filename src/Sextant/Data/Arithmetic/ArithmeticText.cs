namespace Sextant.Data.Arithmetic;

/// <summary>
/// Sentences about whole numbers in words, for an encoder to learn their order and sizes from: sums and differences within 0..38, comparisons, counting, the
/// number line, and what "plus" and "minus" mean beyond 0..19. Deterministic by seed, of any length.
/// </summary>
/// <remarks>
/// The text is for an encoder that is then fine-tuned on the signs of "a plus b" and "a minus b" with a and b in 0..19, so that it must hold none of these
/// expressions, nor say of a pair of such numbers that their sum or difference is negative, zero or positive:
/// <list type="bullet">
/// <item>"plus" and "minus" stand between numbers only where one of them is 20 or more, and never so that the last word of a number ("forty-seven")
/// and the next number make one of the expressions;</item>
/// <item>words of sign (negative, positive, below, above) stand only in sentences with at most one number beside zero, and no expression;</item>
/// <item>no sum that is stated comes to zero, and a difference is stated only of a number of 20 or more and a smaller one: in whatever words, it is none of the expressions.</item>
/// </list>
/// That seven is less than twelve is a fact about the order of numbers, and stays: what fine-tuning has to find is that the order decides the sign. A stricter text leaves out
/// the order and the sum of given pairs too (<see cref="UnsaidPairs"/>), so that these follow from other pairs and from the counted row alone.
/// </remarks>
public static class ArithmeticText
{
    /// <summary>The largest number of the expressions that the text keeps clear of.</summary>
    internal const int LargestOperand = 19;

    private static readonly string[] Names = ["ann", "ben", "carl", "dora", "emma", "fred", "greta", "hugo", "iris", "jon", "kate", "leo"];

    private static readonly string[] Things = ["apple", "shell", "stone", "book", "coin", "egg", "cup", "star", "tree", "boat", "lamp", "key"];

    /// <summary>The first sentences of a seed.</summary>
    /// <param name="seed">Decides which.</param>
    /// <param name="count">How many.</param>
    /// <param name="unsaid">Pairs whose order, or sum, no sentence states; null for none.</param>
    public static IEnumerable<string> Sentences(ulong seed, int count, UnsaidPairs? unsaid = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Enumerable.Range(0, count).Select(i => Sentence(seed, i, unsaid));
    }

    /// <summary>The sentence at a place, from 0; no other one is made for it.</summary>
    public static string Sentence(ulong seed, long index, UnsaidPairs? unsaid = null)
    {
        var random = new SeededRandom(seed, (ulong)index);
        return random.Next(16) switch
        {
            < 3 => Sum(random, unsaid),
            < 6 => Difference(random),
            < 10 => Comparison(random, unsaid),
            < 12 => Counting(random, unsaid),
            < 13 => NumberLine(random, unsaid),
            < 15 => BeyondOperands(random),
            _ => Effect(random),
        };
    }

    private static string Sum(SeededRandom random, UnsaidPairs? unsaid)
    {
        int x, y;
        do
        {
            (x, y) = (Operand(random), Operand(random));
            if (x + y == 0)
            {
                x = 1 + (int)random.Next(LargestOperand);
            }
        }
        while (unsaid?.HasSum(x, y) == true);

        (string a, string b, string c) = (Word(x), Word(y), Word(x + y));
        string thing = Of(random, Things);
        string name = Of(random, Names);
        return random.Next(10) switch
        {
            0 => $"{a} and {b} make {c}.",
            1 => $"{a} and {b} are {c}.",
            2 => $"the sum of {a} and {b} is {c}.",
            3 => $"add {b} to {a} and you get {c}.",
            4 => $"{c} is the sum of {a} and {b}.",
            5 => $"how much is {a} and {b}? {c}.",
            6 => $"{a} together with {b} comes to {c}.",
            7 => $"count {b} on from {a} and you come to {c}.",
            8 => $"{name} has {Counted(x, thing)} and finds {Counted(y, thing)}, that makes {c}.",
            _ => $"{Counted(x, thing)} and {Counted(y, thing)} are {Counted(x + y, thing)}.",
        };
    }

    private static string Difference(SeededRandom random)
    {
        int x = 1 + (int)random.Next(LargestOperand);
        int y = LargestOperand + 1 - x + (int)random.Next(x); // the whole is beyond the operands
        (string whole, string part, string rest) = (Word(x + y), Word(x), Word(y));
        string thing = Of(random, Things);
        string name = Of(random, Names);
        return random.Next(10) switch
        {
            0 => $"take {part} from {whole} and {rest} is left.",
            1 => $"{whole} take away {part} leaves {rest}.",
            2 => $"the difference between {whole} and {part} is {rest}.",
            3 => $"{rest} is what remains of {whole} without {part}.",
            4 => $"{whole} is {rest} more than {part}.",
            5 => $"{part} is {rest} less than {whole}.",
            6 => $"{part} and how many make {whole}? {rest}.",
            7 => $"count {part} back from {whole} and you come to {rest}.",
            8 => $"{name} has {Counted(x + y, thing)}, gives away {part} and keeps {rest}.",
            _ => $"from {Counted(x + y, thing)} take {part}, and {Counted(y, thing)} {(y == 1 ? "is" : "are")} left.",
        };
    }

    private static string Comparison(SeededRandom random, UnsaidPairs? unsaid)
    {
        int x, y;
        do
        {
            (x, y) = (Operand(random), Operand(random));
        }
        while (unsaid?.HasOrder(x, y) == true);

        (string small, string large) = (Word(Math.Min(x, y)), Word(Math.Max(x, y)));
        if (x == y)
        {
            return random.Next(3) switch
            {
                0 => $"{small} is as large as {small}.",
                1 => $"{small} is the same as {small}.",
                _ => $"is {small} less than {small}? no, it is the same number.",
            };
        }

        (string a, string b) = (Word(x), Word(y));
        string thing = Of(random, Things);
        string name = Of(random, Names);
        return random.Next(14) switch
        {
            0 => $"{small} is less than {large}.",
            1 => $"{large} is more than {small}.",
            2 => $"{small} is smaller than {large}.",
            3 => $"{large} is larger than {small}.",
            4 => $"{large} is greater than {small}.",
            5 => $"which is larger, {a} or {b}? {large}.",
            6 => $"which is smaller, {a} or {b}? {small}.",
            7 => $"of {a} and {b} the smaller is {small}.",
            8 => $"of {a} and {b} the larger is {large}.",
            9 => $"is {a} less than {b}? {(x < y ? "yes" : "no")}.",
            10 => $"is {a} more than {b}? {(x > y ? "yes" : "no")}.",
            11 => $"{small} is not as large as {large}.",
            12 => $"{Counted(Math.Max(x, y), thing)} are more than {Counted(Math.Min(x, y), thing)}.",
            _ => $"{name} would rather have {Counted(Math.Max(x, y), thing)} than {small}.",
        };
    }

    private static string Counting(SeededRandom random, UnsaidPairs? unsaid)
    {
        while (true)
        {
            int first = (int)random.Next(LargestOperand);
            int last = first + 1 + (int)random.Next(LargestOperand - first);
            int between = last > first + 1 ? first + 1 + (int)random.Next(last - first - 1) : first;
            int way = (int)random.Next(8);
            (int, int)[] stated = way switch
            {
                0 or 1 or 6 => [(first, last)],
                7 when between > first => [(first, between), (between, last), (first, last)],
                2 or 3 or 7 => [(first, first + 1)],
                _ => [], // the row of numbers itself is always counted
            };
            if (unsaid is null || !stated.Any(pair => unsaid.HasOrder(pair.Item1, pair.Item2)))
            {
                return Counting(random, way, first, last, between);
            }
        }
    }

    private static string Counting(SeededRandom random, int way, int first, int last, int between)
    {
        int[] run = [.. Enumerable.Range((int)random.Next(LargestOperand - 2), 4)];
        return way switch
        {
            0 => $"{Word(first)} comes before {Word(last)}.",
            1 => $"{Word(last)} comes after {Word(first)}.",
            2 => $"after {Word(first)} comes {Word(first + 1)}.",
            3 => $"the next number after {Word(first)} is {Word(first + 1)}.",
            4 => $"we count {string.Join(", ", run.Select(Word))}.",
            5 => $"we count down {string.Join(", ", run.Reverse().Select(Word))}.",
            6 => $"counting from {Word(first)} we come to {Word(last)}.",
            _ when between > first => $"{Word(between)} lies between {Word(first)} and {Word(last)}.",
            _ => $"right before {Word(first + 1)} comes {Word(first)}.",
        };
    }

    private static string NumberLine(SeededRandom random, UnsaidPairs? unsaid)
    {
        int number;
        do
        {
            number = 1 + (int)random.Next(LargestOperand);
        }
        while (unsaid?.HasOrder(0, number) == true); // that a number is above zero is an order too

        string n = Word(number);
        return random.Next(12) switch
        {
            0 => $"{n} lies right of zero on the number line.",
            1 => $"{n} is above zero.",
            2 => $"{n} is a positive number.",
            3 => $"{n} below zero lies on the left of the number line.",
            4 => $"{n} below zero is less than zero.",
            5 => $"the number minus {n} is negative.",
            6 => $"negative {n} is the same as {n} below zero.",
            7 => $"at {Counted(number, "degree")} below zero water is ice.",
            8 => $"at {Counted(number, "degree")} above zero ice melts.",
            9 => "zero is neither positive nor negative.",
            10 => "every negative number is less than zero, and every positive number is more.",
            _ => "counting down past zero we come to the negative numbers.",
        };
    }

    /// <summary>Sums and differences by "plus" and "minus", at least one operand of which is beyond those of the expressions.</summary>
    private static string BeyondOperands(SeededRandom random)
    {
        (int x, int y) = (20 + (int)random.Next(60), 0);
        bool isSum = random.Next(2) == 0;
        if (random.Next(3) == 0)
        {
            // Only a whole ten before a small number: "forty-seven minus five" would hold "seven minus five".
            (x, y) = (10 * (2 + (int)random.Next(8)), 1 + (int)random.Next(LargestOperand));
            if (isSum && random.Next(2) == 0)
            {
                (x, y) = (y, x);
            }
        }
        else
        {
            y = isSum ? 20 + (int)random.Next(80 - x) : 20 + (int)random.Next(x - 19);
        }

        if (!isSum && x == y)
        {
            x++;
        }

        string expression = $"{Word(x)} {(isSum ? "plus" : "minus")} {Word(y)}";
        string result = Word(isSum ? x + y : x - y);
        return random.Next(5) switch
        {
            0 => $"{expression} makes {result}.",
            1 => $"{expression} is {result}.",
            2 => $"{expression} equals {result}.",
            3 => $"{result} is {expression}.",
            _ => $"how much is {expression}? {result}.",
        };
    }

    /// <summary>That "plus" leads up and "minus" down, beyond the operands of the expressions.</summary>
    private static string Effect(SeededRandom random)
    {
        (string a, string b) = (Word(20 + (int)random.Next(80)), Word(20 + (int)random.Next(80)));
        return random.Next(4) switch
        {
            0 => $"{a} plus {b} is more than {a}.",
            1 => $"{a} minus {b} is less than {a}.",
            2 => $"{a} is less than {a} plus {b}.",
            _ => $"{a} is more than {a} minus {b}.",
        };
    }

    private static int Operand(SeededRandom random) => (int)random.Next(LargestOperand + 1);

    private static string Word(int number) => NumberWords.Of(number);

    private static string Counted(int number, string thing) => $"{Word(number)} {(number == 1 ? thing : Inflection.Plural(thing))}";

    private static string Of(SeededRandom random, string[] words) => words[random.Next(words.Length)];
}
