using System.Globalization;

namespace Sextant.Experiments.Measurements;

/// <summary>
/// Arithmetic over the columns of a row, such as 1/n_star_std^2: + - * / ^, parentheses, numbers and names; a name that is no word stands in
/// square brackets, such as [Model Size].
/// </summary>
internal sealed class Formula
{
    private readonly string text;
    private readonly List<string> names = [];
    private readonly Func<double[], double> value;
    private int at;

    private Formula(string text)
    {
        this.text = text;
        value = Sum();
        if (Peek() is char rest)
        {
            throw Wrong($"'{rest}' at character {at + 1} does not belong there");
        }
    }

    /// <summary>The columns it needs, each once.</summary>
    public IReadOnlyList<string> Names => names;

    /// <exception cref="UserError">It is no formula.</exception>
    public static Formula Parse(string text) => new(text);

    /// <summary>Its value where the columns of <see cref="Names"/> have these values.</summary>
    public double At(double[] values) => value(values);

    private Func<double[], double> Sum()
    {
        var left = Product();
        while (Peek() is '+' or '-')
        {
            var (before, isPlus, after) = (left, text[at++] == '+', Product());
            left = isPlus ? v => before(v) + after(v) : v => before(v) - after(v);
        }

        return left;
    }

    private Func<double[], double> Product()
    {
        var left = Sign();
        while (Peek() is '*' or '/')
        {
            var (before, isTimes, after) = (left, text[at++] == '*', Sign());
            left = isTimes ? v => before(v) * after(v) : v => before(v) / after(v);
        }

        return left;
    }

    /// <summary>A minus binds less than a power: -2^2 is -4.</summary>
    private Func<double[], double> Sign()
    {
        if (Peek() is not '-')
        {
            return Power();
        }

        at++;
        var negated = Sign();
        return v => -negated(v);
    }

    private Func<double[], double> Power()
    {
        var left = Atom();
        if (Peek() is not '^')
        {
            return left;
        }

        at++;
        var exponent = Sign(); // from the right: 2^3^2 is 2^9
        return v => Math.Pow(left(v), exponent(v));
    }

    private Func<double[], double> Atom()
    {
        switch (Peek())
        {
            case '(':
                at++;
                var inner = Sum();
                Expect(')');
                return inner;
            case '[':
                int end = text.IndexOf(']', at);
                return end < 0 ? throw Wrong("a '[' is not closed") : Column(text[(at + 1)..end].Trim(), end + 1);
            case char c when char.IsAsciiDigit(c) || c == '.':
                return Number();
            case char c when char.IsLetter(c) || c == '_':
                int stop = at;
                while (stop < text.Length && (char.IsLetterOrDigit(text[stop]) || text[stop] == '_'))
                {
                    stop++;
                }

                return Column(text[at..stop], stop);
            case char c:
                throw Wrong($"'{c}' at character {at + 1} does not belong there");
            default:
                throw Wrong("it ends too soon");
        }
    }

    private Func<double[], double> Number()
    {
        int stop = at;
        while (stop < text.Length && (char.IsAsciiDigit(text[stop]) || text[stop] == '.'))
        {
            stop++;
        }

        if (stop < text.Length && text[stop] is 'e' or 'E')
        {
            int digits = stop + 1 < text.Length && text[stop + 1] is '+' or '-' ? stop + 2 : stop + 1;
            int past = digits;
            while (past < text.Length && char.IsAsciiDigit(text[past]))
            {
                past++;
            }

            stop = past > digits ? past : stop;
        }

        string digitsOf = text[at..stop];
        at = stop;
        return double.TryParse(digitsOf, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? _ => number : throw Wrong($"{digitsOf} is not a number");
    }

    private Func<double[], double> Column(string name, int next)
    {
        at = next;
        if (!names.Contains(name))
        {
            names.Add(name);
        }

        int place = names.IndexOf(name);
        return v => v[place];
    }

    private void Expect(char wanted)
    {
        if (Peek() != wanted)
        {
            throw Wrong($"a '{wanted}' is missing");
        }

        at++;
    }

    private char? Peek()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at < text.Length ? text[at] : null;
    }

    private UserError Wrong(string what) => new($"The formula '{text}' cannot be read: {what}; write one such as 1/n_star_std^2, names that are no words in square brackets.");
}
