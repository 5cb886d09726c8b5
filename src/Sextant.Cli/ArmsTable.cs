using System.Globalization;
using Sextant.Experiments.Encoders;
using Sextant.Reports;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>Arms side by side, for a person.</summary>
internal static class ArmsTable
{
    public static void Write(Terminal terminal, ArmResults results)
    {
        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{results.Name}: {results.Texts} {results.On.ToString().ToLowerInvariant()} texts, {results.Arms[0].Runs.Count} seeds; always the most frequent class: {results.MajorityAccuracy:P1}."));
        foreach (var block in ArmsReport.Tables(results))
        {
            var table = IntervalTable.Bare([.. block.Columns.Select(c => c.Unit is null ? c.Header : $"{c.Header}\n({c.Unit})")]);
            foreach (var row in block.Rows)
            {
                table.AddRow([.. row.Select(Markup.Escape)]);
            }

            terminal.WriteTable(table);
        }

        foreach (string sentence in ArmsReport.Sentences(results).Concat(ArmsReport.Caveats(results)))
        {
            terminal.Out.WriteLine(sentence);
        }
    }
}
