namespace Sextant.Reports;

/// <summary>What tells series apart: colours of Okabe and Ito (2008), and markers and dashes for those who see none of them.</summary>
internal sealed record Look(string Color, MarkShape Shape, Dash Dash)
{
    // Without black, which is the text's, and yellow, which white paper swallows.
    private static readonly string[] _colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6E6E6E"];

    // Five dashes and seven colours: 35 looks before one comes again.
    private static readonly Dash[] _dashes = [Dash.Solid, Dash.Dashed, Dash.Dotted, Dash.DashDot, Dash.LongDash];

    public static Look Of(int number) => new(
        _colors[number % _colors.Length],
        (MarkShape)(number % Enum.GetValues<MarkShape>().Length),
        _dashes[number % _dashes.Length]);
}

internal enum MarkShape
{
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
    TriangleDown,
}

internal enum Dash
{
    Solid,
    Dashed,
    Dotted,
    DashDot,
    LongDash,
}
