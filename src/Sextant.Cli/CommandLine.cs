using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Sextant.Cli.Commands;
using Sextant.Experiments;

namespace Sextant.Cli;

/// <summary>Parses and runs one command. Exit codes: 0 done, 1 failed, 2 usage, 130 stopped.</summary>
internal static partial class CommandLine
{
    /// <summary>The exit code of work that was stopped before its end.</summary>
    public const int Stopped = 130;

    private const int Done = 0, Failed = 1, Usage = 2;

    public static int Run(IReadOnlyList<string> args, Terminal terminal)
    {
        var root = Root(terminal);
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (Wrong(parsed) is string error)
        {
            return SayUsage(parsed, error, terminal);
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = terminal.Out, Error = terminal.Error });
        }
        catch (UserError refusal)
        {
            terminal.Say("sextant: " + refusal.Message);
            return refusal is UsageError ? Usage : Failure(refusal);
        }
        catch (OperationCanceledException)
        {
            terminal.Say("sextant: stopped.");
            return Stopped;
        }
        catch (Exception fault) when (Environment.GetEnvironmentVariable("SEXTANT_TRACE") is null)
        {
            terminal.Say("sextant: " + Explain(fault));
            return Failure(fault);
        }
    }

    /// <summary>A worker tells its parent a full disk apart from faults of the run.</summary>
    private static int Failure(Exception error) => Interruption.IsWorker && WholeFile.IsDiskFull(error) ? WorkerEnd.DiskFull : Failed;

    /// <summary>What keeps the arguments from being a command, or null.</summary>
    internal static string? Mistake(IReadOnlyList<string> args)
    {
        var parsed = Root(new Terminal(TextWriter.Null, TextWriter.Null, TextReader.Null, IsErrorInteractive: false, IsInputRedirected: false, CancellationToken.None)).Parse(args);
        return Wrong(parsed);
    }

    /// <summary>0, or 130 where the work was stopped before its end.</summary>
    public static int Ended(bool isStopped) => isStopped ? Stopped : Done;

    private static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand("Sextant trains small transformers, measures how they scale and says what to train next; it fine-tunes encoders and matches pictures with captions.\n\nExample:\n  sextant demo --out demo") { HelpName = "sextant" };
        foreach (var command in new[]
        {
            DemoCommand.Create(terminal),
            TrainCommand.Create(terminal),
            TranslateCommand.Create(terminal),
            GenerateCommand.Create(terminal),
            EvaluateCommand.Create(terminal),
            CompareCommand.Create(terminal),
            StudyCommand.Create(terminal),
            FitCommand.Create(terminal),
            PlanCommand.Create(terminal),
            AuditCommand.Create(terminal),
            NoiseCommand.Create(terminal),
            ReportCommand.Create(terminal),
            PretrainCommand.Create(terminal),
            FinetuneCommand.Create(terminal),
            ClassifyCommand.Create(terminal),
            VerifyCommand.Create(terminal),
            DataCommand.Create(terminal),
            PullCommand.Create(terminal),
            InspectCommand.Create(terminal),
            RunsCommand.Create(terminal),
            TokenizeCommand.Create(terminal),
            MatchCommand.Create(terminal),
        })
        {
            root.Add(command);
        }

        return root;
    }

    private static string? Wrong(ParseResult parsed) => parsed.Errors.Count > 0 ? Reworded(parsed) : Swallowed(parsed) is string option ? $"There is no option '{option}'" : null;

    /// <summary>An option that is not known, which the parser took for one more value of an option that has many.</summary>
    private static string? Swallowed(ParseResult parsed) => parsed.CommandResult.Children.OfType<OptionResult>()
        .Where(result => result.Option.AllowMultipleArgumentsPerToken)
        .SelectMany(result => result.Tokens.Select(token => token.Value))
        .FirstOrDefault(value => value.StartsWith("--", StringComparison.Ordinal));

    private static int SayUsage(ParseResult parsed, string error, Terminal terminal)
    {
        string command = string.Join(' ', Path(parsed.CommandResult).Reverse());
        terminal.Say($"sextant: {error}. See `{command} --help`.");
        return Usage;
    }

    /// <summary>The parser's words without the names of .NET types.</summary>
    private static string Reworded(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is RootCommand or { Subcommands.Count: > 0 } && parsed.UnmatchedTokens is [string unknown, ..])
        {
            return $"There is no command '{unknown}'";
        }

        string message = parsed.Errors[0].Message.Split('\n')[0].TrimEnd('.', '\r');
        return TypeName().Replace(message, "");
    }

    [GeneratedRegex(" as expected type .*$")]
    private static partial Regex TypeName();

    private static IEnumerable<string> Path(CommandResult? result)
    {
        for (SymbolResult? at = result; at is CommandResult command; at = at.Parent)
        {
            yield return command.Command is RootCommand ? "sextant" : command.Command.Name;
        }
    }

    private static string Explain(Exception error) => error switch
    {
        OutOfMemoryException => "There is not enough memory; make the batch or the model smaller.",
        ExternalException e when e.Message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase) || e.Message.Contains("not enough memory", StringComparison.OrdinalIgnoreCase) || e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) =>
            "There is not enough memory on the device for this recipe; make the model (model.hidden, model.layers, model.feedForward) or the batch (training.batch) smaller.",
        TypeInitializationException { InnerException: { } inner } => Explain(inner),
        NotSupportedException e when e.Message.Contains("libtorch", StringComparison.OrdinalIgnoreCase) =>
            "libtorch cannot be loaded here; docs/install.md says what it needs (SEXTANT_TRACE=1 shows the loader's own words).",
        IOException or UnauthorizedAccessException => $"A file cannot be read or written: {error.Message.Split('\n')[0].TrimEnd('.')}.",
        _ => $"An unexpected error ({error.GetType().Name}): {error.Message.Split('\n')[0].TrimEnd('.')}. Set SEXTANT_TRACE=1 to see where, and please report it.",
    };
}
