using System.Text;
using System.Text.Json;
using Sextant.Experiments;
using Sextant.Pretrained.Hub;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>Where a command reads and writes: results go to <see cref="Out"/>, progress and messages to <see cref="Error"/>.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="In">Standard input.</param>
/// <param name="IsErrorInteractive">Whether a person watches standard error: then bars live, else plain lines.</param>
/// <param name="IsInputRedirected">Whether standard input is a file or a pipe.</param>
/// <param name="Stop">Asked for by Ctrl-C or SIGTERM.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, TextReader In, bool IsErrorInteractive, bool IsInputRedirected, CancellationToken Stop)
{
    private const int WidestTable = 190;

    /// <summary>Where models come from and are kept; asked for by those commands alone that need one.</summary>
    public Func<HubSettings> Hub { get; init; } = () => HubSettings.FromEnvironment();

    public static Terminal OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        bool isInteractive = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
        return new Terminal(
            TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true }),
            TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true }), // several workers report at once
            new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)),
            isInteractive,
            Console.IsInputRedirected,
            Interruption.Token);
    }

    /// <summary>One JSON object, and nothing else, on standard output.</summary>
    public void WriteJson<T>(T value) => Out.WriteLine(JsonSerializer.Serialize(value, RecipeJson.Options));

    /// <summary>A table on standard output, not wrapped to a terminal's width where that would break its columns.</summary>
    public void WriteTable(Table table)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Out), Ansi = AnsiSupport.No });
        console.Profile.Width = Math.Max(console.Profile.Width, WidestTable);
        console.Write(table);
    }

    /// <summary>A message to the person at the terminal.</summary>
    public void Say(string message) => Error.WriteLine(message);
}
