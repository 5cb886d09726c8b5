using System.CommandLine;
using System.Globalization;
using Sextant.Pretrained.Hub;

namespace Sextant.Cli.Commands;

/// <summary>sextant pull NAME: brings a published model into the cache.</summary>
internal static class PullCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("NAME") { Description = "A model on the hub, as NAME or ORG/NAME." };
        var revision = new Option<string?>("--revision") { Description = "A branch, a tag or a commit; main where none is given.", HelpName = "R" };
        var offline = new Option<bool>("--offline") { Description = "Take what the cache has and fetch nothing (as HF_HUB_OFFLINE=1 does)." };
        var files = new Option<string[]>("--file") { Description = "Fetch the files of these names instead of config, weights and tokeniser; * stands for anything. May be given again.", HelpName = "PATTERN", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var json = Options.Json();
        var command = new Command(
            "pull",
            "Fetches a published model into the cache that other tools share, and prints its folder. What is there is not fetched again, and what broke off goes on. HF_ENDPOINT, HF_TOKEN, HF_HOME and HF_HUB_CACHE say where from and where to.\n\nExamples:\n  sextant pull google-bert/bert-base-uncased\n  sextant pull FacebookAI/roberta-base --revision main --json")
        {
            name, revision, offline, files, json,
        };
        command.SetAction(parsed =>
        {
            var bar = new PullBar(terminal);
            var options = new PullOptions { Files = parsed.GetRequiredValue(files), Progress = bar, Notice = bar.Say };
            var settings = terminal.Hub();
            PulledModel pulled;
            try
            {
                pulled = ModelPull.Run(
                    parsed.GetRequiredValue(name),
                    parsed.GetValue(revision) is string given ? options with { Revision = given } : options,
                    settings with { IsOffline = settings.IsOffline || parsed.GetValue(offline) },
                    terminal.Stop).GetAwaiter().GetResult();
            }
            finally
            {
                bar.Finish();
            }

            Write(terminal, pulled, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static void Write(Terminal terminal, PulledModel pulled, bool isJson)
    {
        int fetched = pulled.Files.Count(file => file.Fetched);
        terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{pulled.Name}, {pulled.Revision}{(pulled.Revision == pulled.Commit ? "" : $" (commit {pulled.Commit})")}: {pulled.Files.Count} files, {pulled.Bytes:N0} bytes; {(fetched == 0 ? "all were here" : $"{fetched} fetched now")}."));
        if (isJson)
        {
            terminal.WriteJson(pulled);
        }
        else
        {
            terminal.Out.WriteLine(pulled.Folder);
        }
    }
}
