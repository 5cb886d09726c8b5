using Sextant.Reports;
using Sextant.Scaling;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>Values with their intervals of 95 and 80 %.</summary>
internal sealed class IntervalTable(string title, IReadOnlyDictionary<string, Interval> outer, IReadOnlyDictionary<string, Interval> inner)
{
    private const int Width = 150;

    private readonly Table table = Bare(title, "", "95 % interval", "80 % interval");

    /// <summary>A row, where there is a value.</summary>
    public void Add(string name, double? value, string? words = null)
    {
        if (value is not null)
        {
            table.AddRow(Markup.Escape(words ?? name), Text(value), Range(outer, name), Range(inner, name));
        }
    }

    public void Write(Terminal terminal)
    {
        if (table.Rows.Count > 0)
        {
            Write(terminal, table);
        }
    }

    /// <summary>A table whose first column is text and whose others are numbers.</summary>
    public static Table Bare(params string[] headers)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (i, header) in headers.Index())
        {
            table.AddColumn(new TableColumn(Markup.Escape(header)) { Alignment = i == 0 || header is "status" ? Justify.Left : Justify.Right });
        }

        return table;
    }

    public static void Write(Terminal terminal, Table table)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out), Ansi = AnsiSupport.No });
        console.Profile.Width = Math.Max(console.Profile.Width, Width);
        console.Write(table);
    }

    /// <summary>A name of the JSON in words.</summary>
    public static string Named(string name) => name switch
    {
        "loss" => "expected loss",
        "valley" => "cost of another size",
        "shape" => "model to build",
        "serving" => "plan for serving",
        "next" => "run to do next",
        "lossAboveFrontier" => "loss above the frontier",
        "computeWasted" => "wasted compute",
        "parametersRatio" => "best size",
        "criticalBatch" => "critical batch",
        "learningRate" => "learning rate",
        _ => name,
    };

    public static string Text(double? value) => value is double number ? Numbers.Significant(number) : "–";

    public static string Range(IReadOnlyDictionary<string, Interval> intervals, string name) => intervals.TryGetValue(name, out var interval) ? Range(interval) : "–";

    public static string Range(Interval interval) => interval.SaysNothing
        ? $"anything within {interval.Decades:F0} decades"
        : $"{(interval.Low is double low ? Numbers.Significant(low) : "unbounded")} to {(interval.High is double high ? Numbers.Significant(high) : "unbounded")}";
}
