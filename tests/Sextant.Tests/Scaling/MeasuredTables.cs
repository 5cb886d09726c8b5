using System.Globalization;
using Sextant.Scaling;

namespace Sextant.Tests.Scaling;

/// <summary>The tables of facts/scaling.md; a cell that is empty is not a number.</summary>
internal static class MeasuredTables
{
    /// <summary>The five selections of the facts, as "dataset,hparams,warmup,decay,param_count,split".</summary>
    public static readonly string[] Selections =
    [
        "rw,base,long,kaplan,kaplan,train", "rw,base,long,kaplan,standard,val", "rw,base,short,kaplan,standard,val", "rw,base,short,chinchilla,standard,val", "rw,tuned,short,const,standard,val",
    ];

    public static IReadOnlyList<LossCurve> SixDecoders() =>
    [
        .. Rows("data/curves/six-decoders-a.csv").GroupBy(row => row.Cells[0]).Select(run => new LossCurve
        {
            Name = run.Key,
            Parameters = Number(run.First().Cells[4]),
            Layers = Number(run.First().Cells[2]),
            Hidden = Number(run.First().Cells[1]),
            Points = [.. run.Select(row => new CurvePoint(row.Row, Number(row.Cells[5]), Number(row.Cells[6]), Number(row.Cells[8])))],
        }),
    ];

    public static IReadOnlyList<PowerLawPoint> PublishedOptima(string selection) =>
        [.. Selected("data/scaling/isoflop_optima.csv", selection).Select(row => new PowerLawPoint(row.Row, Number(row.Cells[6]), Number(row.Cells[7]), Math.Pow(Number(row.Cells[12]), -2)))];

    public static IReadOnlyList<ScalingPoint> IsoFlopPoints(string selection) =>
    [
        .. Selected("data/scaling/isoflop_points.csv", selection).Select(row => new ScalingPoint
        {
            Row = row.Row, Flops = Number(row.Cells[6]), Parameters = Number(row.Cells[7]), Tokens = Number(row.Cells[8]), Loss = Number(row.Cells[9]),
        }),
    ];

    private static IEnumerable<(int Row, string[] Cells)> Selected(string file, string selection) =>
        Rows(file).Where(row => string.Join(',', row.Cells.Take(6)) == selection);

    private static IEnumerable<(int Row, string[] Cells)> Rows(string file) =>
        File.ReadLines(SharedData.Path(file)).Skip(1).Select((line, i) => (i + 1, line.Split(',')));

    private static double Number(string cell) => cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture);
}
